import { Command, InvalidArgumentError, Option } from 'commander'
import { synthesizeLaunch } from '../dataset/synthetic-launch.js'
import { checkLaunchFolder, summary, writeLaunch } from '../launch/folder.js'
import { estimateLaunch, launch, type LaunchEstimate } from '../launch/launch.js'
import { nothingExcluded } from '../launch/lists.js'
import { rehearsalCuts } from '../launch/rehearsals.js'
import { chatModel } from '../llm/model.js'
import { progressBar } from '../util/progress.js'
import { commandLine } from './command-line.js'
import { estimateText, launchText } from './launch-text.js'
import {
  type AskingOptions,
  engineOf,
  fraction,
  loadConfigured,
  onNotice,
  printJson,
  settingsOf,
  wholeNumber,
  withAskingOptions,
  withCsvSafeOption,
  withDataOptions,
  withEngineOption,
  withNewItemsOptions,
} from './options.js'
import { answersKept, checkJudge, judgeOptionsOf } from './asking.js'
import { excludeOption, exclusionsOf } from './exclusions.js'
import { interruptibleBar, interruption } from './interrupt.js'
import { checkPolicy } from './select.js'

interface LaunchCommandOptions extends AskingOptions {
  out: string
  k: number
  perItem: number
  exposure?: number
  cap: number
  exclude?: string
  ask: 'auto' | 'always' | 'never'
  askUsers: number
  policy?: string
  audit: number
  rehearse: number[]
  seed: number
}

const examples = `
Examples:
  understudy launch
  understudy launch --interactions orders.csv --items products.csv --cap 0.1
  understudy launch --interactions orders.csv --items products.csv \\
    --new-since 2024-03-01
  understudy launch --interactions orders.csv --items products.csv \\
    --llm-url http://localhost:8080/v1 --llm-model my-model --dry-run`

/** `understudy launch`: places new items among the known ones. */
export function launchCommand(): Command {
  return withCsvSafeOption(
    withEngineOption(
      withAskingOptions(withNewItemsOptions(withDataOptions(new Command('launch')))),
    ),
  )
    .description(
      'Places new items among known ones and writes a folder: recommendations for each user, ' +
        'audiences of new items, a page (launch.html) and vectors.',
    )
    .option('--out <folder>', 'folder to write; replaces an earlier launch', 'launch')
    .option('--k <n>', 'number of items in the list of each user', wholeNumber(1), 10)
    .option('--per-item <n>', 'number of users listed for each new item', wholeNumber(1), 100)
    .option(
      '--exposure <share>',
      'share of new items in the lists (default: by rehearsal)',
      fraction(0, 1),
    )
    .option('--cap <share>', 'largest share of users who get the same new item', fraction(0, 1), 1)
    .addOption(excludeOption())
    .addOption(
      new Option('--ask <when>', 'whether to ask; auto: if it paid in the rehearsal')
        .choices(['auto', 'always', 'never'])
        .default('auto'),
    )
    .option('--ask-users <n>', 'ask about at most n users', wholeNumber(1), 300)
    .option(
      '--policy <policy>',
      'how to select users: random, top:FEATURE, learned (default: by rehearsal)',
    )
    .option('--audit <n>', 'number of questions that check the judge', wholeNumber(20), 400)
    .option(
      '--rehearse <shares>',
      'when rehearsals cut the data, as shares of the interactions',
      shares,
      rehearsalCuts,
    )
    .option('--seed <s>', 'seed of training and questions', wholeNumber(0), 0)
    .addHelpText('after', examples)
    .action(run)
}

async function run(options: LaunchCommandOptions): Promise<void> {
  if (!options.dryRun) checkLaunchFolder(options.out)
  if (options.policy !== undefined) checkPolicy(options.policy)
  const settings = settingsOf(options)
  const { config, runtime } = settings
  if (options.ask !== 'never') checkJudge(options, settings)
  const chat = judgeOptionsOf(options, settings)
  // One judge for all that is asked, so that its limits hold for the whole launch.
  const judge = chatModel(config.llm, chat)
  const dataset =
    config.dataset.name === 'synthetic' && config.dataset.newItems === undefined
      ? synthesizeLaunch(config.dataset.synthetic)
      : await loadConfigured(config, options)
  const { userIds, newItems } = dataset
  const ids = { userIds, itemIds: [...dataset.itemIds, ...(newItems?.ids ?? [])] }
  const exclusions =
    options.exclude === undefined ? nothingExcluded : await exclusionsOf(options.exclude, ids)
  const { k, perItem, exposure, cap, seed, rehearse: cuts, answers } = options
  const engine = engineOf(options, config)
  const { ask: mode, askUsers: users, policy, audit: auditQuestions } = options
  const asking = { mode, users, policy, auditQuestions }
  const run = {
    seed,
    engine,
    judge,
    runtime: runtime.llm,
    answers,
    replay: options.replay,
    onNotice,
    preparing: progressBar,
    progress: interruptibleBar(answersKept(options, config)),
  }
  const all = { ...run, k, perItem, exposure, cap, cuts, exclusions, asking }
  if (options.dryRun) return printEstimate(await estimateLaunch(dataset, config, all), options)
  // Up to here Ctrl-C ends the process at once, in the middle of a training too: answers are stored
  // as they come, and nothing is written. The folder is written whole.
  const made = await launch(dataset, config, all)
  interruption()
  writeLaunch(options.out, made, commandLine())
  if (options.json) printJson({ folder: options.out, ...summary(made) })
  else process.stdout.write(launchText(made, options.out) + '\n')
}

function printEstimate(estimate: LaunchEstimate, { json, ask }: LaunchCommandOptions): void {
  if (json) printJson(estimate)
  else process.stdout.write(estimateText(estimate, ask === 'always') + '\n')
}

/** Shares of the time, e.g. 0.7,0.85, as a flag's value. */
function shares(text: string): number[] {
  const values = text.split(',').map(Number)
  if (text.trim() === '' || !values.every((value) => value > 0 && value < 1))
    throw new InvalidArgumentError('expected shares between 0 and 1, e.g. 0.7,0.85')
  return values
}
