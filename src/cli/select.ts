import { Command } from 'commander'
import { prepare } from '../experiment/prepare.js'
import { Lab } from '../experiment/lab.js'
import { deploy, trainingsToLearn, trainPolicy } from '../experiment/policy-training.js'
import { fixedPolicy } from '../policy/policy.js'
import { wasmEngine } from '../two-tower/engines/wasm.js'
import { stream } from '../util/random.js'
import { interruption } from './interrupt.js'
import { type CommonOptions, configOf, loadConfigured, type OutOptions, printJson, put, wholeNumber, withDataOptions, withLlmOptions, withOutOption } from './options.js'
import { progressBar } from './progress.js'

interface SelectOptions extends CommonOptions, OutOptions {
  policy: string
  budget?: number
  seed: number
}

export function selectCommand(): Command {
  return withOutOption(withLlmOptions(withDataOptions(new Command('select'))))
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
  const fixed = options.policy === 'learned' ? undefined : fixedPolicy(options.policy)
  const dataset = await loadConfigured(config, options, signal)
  const materials = prepare(dataset, config)
  const lab = new Lab(materials, wasmEngine(), options.seed, { signal, answers: options.answers, replay: options.replay })
  const learn = async () => {
    const bar = progressBar('learning', 'trainings', trainingsToLearn(materials))
    try {
      return await trainPolicy(lab, () => bar.step())
    } finally {
      bar.stop()
    }
  }
  const learned = fixed ? undefined : await learn()
  const users = learned ? deploy(lab, learned) : fixed!.select(materials.features, config.policy.budget, stream(options.seed, 'selection', options.policy))
  const ids = Array.from(users, (user) => dataset.userIds[user])
  if (!options.json) return put(ids.map((id) => `${id}\n`).join(''), options)
  printJson({ dataset: dataset.name, fingerprint: dataset.fingerprint, policy: options.policy, seed: options.seed, ...(learned ? { learned } : {}), users: ids })
}
