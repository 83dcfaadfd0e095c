import { Command } from 'commander'
import { prepare } from '../experiment/prepare.js'
import { Lab, type LabOptions, type Materials } from '../experiment/lab.js'
import { deploy, type LearnedPolicy, trainingsToLearn, trainPolicy } from '../experiment/policy-training.js'
import { fixedPolicy } from '../policy/policy.js'
import type { Engine } from '../two-tower/engine.js'
import { stream } from '../util/random.js'
import { interruption } from './interrupt.js'
import { chatOptionsOf, type CommonOptions, configOf, engineOf, loadConfigured, type OutOptions, printJson, put, wholeNumber, withDataOptions, withEngineOption, withLlmOptions, withOutOption } from './options.js'
import { progressBar } from '../util/progress.js'

interface SelectOptions extends CommonOptions, OutOptions {
  policy: string
  budget?: number
  seed: number
}

export function selectCommand(): Command {
  return withEngineOption(withOutOption(withLlmOptions(withDataOptions(new Command('select')))))
    .description('users to simulate, one id a line')
    .option('--policy <policy>', 'random, all, top:FEATURE, bottom:FEATURE, or learned (asks the chat model in order to learn)', 'learned')
    .option('--budget <n>', 'number of users (default: policy.budget, 300)', wholeNumber(1))
    .option('--seed <s>', 'seed of random choices', wholeNumber(0), 0)
    .addHelpText('after', '\nExamples:\n  understudy select --policy top:V --budget 100 > users.txt\n  understudy select --dataset amazon-2014/Beauty --data path/to/data --json')
    .action(select)
}

async function select(options: SelectOptions): Promise<void> {
  if (options.budget !== undefined) options.set.push(['policy.budget', options.budget])
  const config = configOf(options)
  const signal = interruption()
  checkPolicy(options.policy)
  const dataset = await loadConfigured(config, options, signal)
  const { users, learned } = await selectUsers(prepare(dataset, config), options.policy, options.seed, () => engineOf(options, config), { signal, ...chatOptionsOf(options) })
  const ids = Array.from(users, (user) => dataset.userIds[user])
  if (!options.json) return put(ids.map((id) => `${id}\n`).join(''), options)
  printJson({ dataset: dataset.name, fingerprint: dataset.fingerprint, policy: options.policy, seed: options.seed, ...(learned ? { learned } : {}), users: ids })
}

/** @throws InputError for a policy that there is not, before anything is loaded */
export function checkPolicy(policy: string): void {
  if (policy !== 'learned') fixedPolicy(policy)
}

/** The users that a policy selects, and the policy where it was learned for it. */
export async function selectUsers(materials: Materials, policy: string, seed: number, engine: () => Engine, options: LabOptions): Promise<{ users: Int32Array; learned?: LearnedPolicy }> {
  const { config, features } = materials
  if (policy !== 'learned') return { users: fixedPolicy(policy).select(features, config.policy.budget, stream(seed, 'selection', policy)) }
  const lab = new Lab(materials, engine(), seed, options)
  const bar = progressBar('learning', 'trainings', trainingsToLearn(materials))
  const learned = await trainPolicy(lab, () => bar.step()).finally(() => bar.stop())
  return { users: deploy(lab, learned), learned }
}
