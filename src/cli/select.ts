import { Command } from 'commander'
import { idLines } from '../dataset/id-files.js'
import { singleInteractions } from '../experiment/diagnosis.js'
import { Trial } from '../experiment/trial.js'
import type { LearnedPolicy } from '../policy/learned-policy.js'
import { trainingsToLearn } from '../experiment/policy-training.js'
import { learningQuestions } from '../experiment/possible-questions.js'
import { selectUsers } from '../experiment/selection.js'
import { fixedPolicy } from '../policy/policy.js'
import {
  type AskingOptions,
  engineOf,
  loadConfigured,
  onNotice,
  type OutOptions,
  printJson,
  put,
  settingsOf,
  setUpConfigured,
  wholeNumber,
  withAskingOptions,
  withDataOptions,
  withEngineOption,
  withOutOption,
} from './options.js'
import { interruptibleBar } from './interrupt.js'
import { answersKept, checkJudge, judgeOptionsOf, sayPrice } from './asking.js'
import type { MakeProgress } from '../util/progress.js'

interface SelectOptions extends AskingOptions, OutOptions {
  policy: string
  budget?: number
  seed: number
}

export function selectCommand(): Command {
  return withEngineOption(withOutOption(withAskingOptions(withDataOptions(new Command('select')))))
    .description('Selects the users to ask about, and prints their ids, one per line.')
    .option(
      '--policy <policy>',
      'random, all, top:FEATURE, bottom:FEATURE, or learned (asks the judge in order to learn)',
      'learned',
    )
    .option('--budget <n>', 'number of users (default: policy.budget, 300)', wholeNumber(1))
    .option('--seed <s>', 'seed of random choices', wholeNumber(0), 0)
    .addHelpText(
      'after',
      '\nExamples:\n  understudy select --policy top:V --budget 100 > users.txt\n  understudy select --dataset amazon-2014/Beauty --data path/to/data --json\n\nAn id that has a line break or begins with a quote is printed as a JSON string.',
    )
    .action(select)
}

async function select(options: SelectOptions): Promise<void> {
  if (options.budget !== undefined) options.set.push(['policy.budget', options.budget])
  const settings = settingsOf(options)
  const { config } = settings
  checkPolicy(options.policy)
  const asks = options.policy === 'learned' && config.policy.judge === 'same'
  if (asks) checkJudge(options, settings)
  const dataset = await loadConfigured(config, options)
  const trial = new Trial(setUpConfigured(dataset, settings), {
    seed: options.seed,
    engine: engineOf(options, config),
    ...judgeOptionsOf(options, settings),
  })
  const questions = asks ? learningQuestions(trial) : []
  if (!(await sayPrice(trial.judge.name, questions, settings, options))) return
  const progress = interruptibleBar(answersKept(options, config))
  const { users, learned } = await selectShowing(trial, options.policy, progress)
  const ids = Array.from(users, (user) => dataset.userIds[user])
  if (!options.json) return put(idLines(ids), options)
  printJson({
    dataset: dataset.name,
    fingerprint: dataset.fingerprint,
    policy: options.policy,
    seed: options.seed,
    ...(learned ? { learned } : {}),
    users: ids,
  })
}

/** Checks the name of a policy before anything is loaded. @throws ConfigError for an unknown one */
export function checkPolicy(policy: string): void {
  if (policy !== 'learned') fixedPolicy(policy)
}

/** Selects with a progress bar where the policy has to be learned. */
export async function selectShowing(
  trial: Trial,
  policy: string,
  progress: MakeProgress,
): Promise<{ users: Int32Array; learned?: LearnedPolicy }> {
  if (policy !== 'learned') return selectUsers(trial, policy)
  const bar = progress('learning', 'trainings', trainingsToLearn(trial.setup))
  const selected = await selectUsers(trial, policy, () => bar.step()).finally(() => bar.stop())
  const found = singleInteractions(policy, selected.users, trial.setup)
  if (found) onNotice(`${found.finding}: ${found.remedy}`)
  return selected
}
