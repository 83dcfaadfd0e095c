import { join } from 'node:path'
import { Command } from 'commander'
import { counted } from '../dataset/wording.js'
import { synthesizeLaunch } from '../dataset/synthetic-launch.js'
import { checkLaunchFolder, summary, writeLaunch } from '../launch/folder.js'
import { type Launch, launch, titleOf } from '../launch/launch.js'
import { readExclusions } from '../launch/id-files.js'
import { nothingExcluded } from '../launch/lists.js'
import { quote } from '../util/errors.js'
import { grid } from '../util/grid.js'
import {
  type CommonOptions,
  configOf,
  engineOf,
  fraction,
  loadConfigured,
  onNotice,
  printJson,
  wholeNumber,
  withDataOptions,
  withEngineOption,
} from './options.js'
import { interruption } from './interrupt.js'

interface LaunchCommandOptions extends CommonOptions {
  out: string
  k: number
  perItem: number
  exposure?: number
  cap: number
  exclude?: string
  seed: number
}

const examples = `
Examples:
  understudy launch
  understudy launch --interactions orders.csv --items products.csv --out launch
  understudy launch --interactions orders.csv --items products.csv --cap 0.1 --exclude no.csv

New items are those of --items that no interaction names. The folder has recommendations,
recommendations-new and audiences as CSV and Parquet, launch.html to look at, and model/ with
vectors for any vector database.`

/** `understudy launch`: places new items among the known ones. */
export function launchCommand(): Command {
  return withEngineOption(withDataOptions(new Command('launch')))
    .option('--out <folder>', 'where to write; an earlier launch there is replaced', 'launch')
    .option('--k <n>', 'places of each user’s list', wholeNumber(1), 10)
    .option('--per-item <n>', 'users listed for each new item', wholeNumber(1), 100)
    .option(
      '--exposure <share>',
      'share of new items, instead of what paid on the rehearsal',
      fraction(0, 1),
    )
    .option(
      '--cap <share>',
      'largest share of users to whom one new item is shown',
      fraction(0, 1),
      1,
    )
    .option(
      '--exclude <file>',
      'CSV with a column item_id, and user_id where it is for one user alone',
    )
    .option('--seed <s>', 'seed of the training', wholeNumber(0), 0)
    .addHelpText('after', examples)
    .action(run)
}

async function run(options: LaunchCommandOptions): Promise<void> {
  checkLaunchFolder(options.out)
  const config = configOf(options)
  const signal = interruption()
  const dataset =
    config.dataset.name === 'synthetic'
      ? synthesizeLaunch(config.dataset.synthetic)
      : await loadConfigured(config, options, signal)
  const { userIds, newItems } = dataset
  const ids = { userIds, itemIds: [...dataset.itemIds, ...(newItems?.ids ?? [])] }
  const exclusions =
    options.exclude === undefined ? nothingExcluded : await readExclusions(options.exclude, ids)
  const { k, perItem, exposure, cap, seed } = options
  const engine = engineOf(options, config)
  const made = launch(dataset, config, {
    k,
    perItem,
    exposure,
    cap,
    seed,
    engine,
    exclusions,
    onNotice,
  })
  writeLaunch(options.out, made, commandLine())
  if (options.json) printJson({ folder: options.out, ...summary(made) })
  else process.stdout.write(launchText(made, options.out) + '\n')
}

function commandLine(): string {
  const quoted = process.argv
    .slice(2)
    .map((word) => (/^[\w./:=,@+-]+$/.test(word) ? word : quote(word)))
  return ['understudy', ...quoted].join(' ')
}

/** The answer first, then whom the new items reach, then where everything lies. */
function launchText(made: Launch, folder: string): string {
  const { expected, spread, newItems, users, k, exposure, dataset } = made
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  const hits = ({ per1000, interval }: { per1000: number; interval: [number, number] }) =>
    [per1000, ...interval].map((x) => x.toFixed(0))
  const rows = expected
    ? [
        ['lists with new items', ...hits(expected.withNew)],
        ['  of these, new items', ...hits(expected.ofNew)],
        ['lists without', ...hits(expected.knownOnly)],
        ['difference', ...hits(expected.gain)],
      ]
    : []
  const { most } = spread
  return [
    `${newItems.length} new items placed for ${users.length} users; they take ${percent(exposure)} of the`,
    `first 50 places and ${percent(spread.exposure)} of the lists of ${k}.`,
    '',
    ...(expected
      ? [
          `On ${counted(expected.rehearsals, 'rehearsal')} (known items pretended new, ${expected.users} users):`,
          grid(['hits per 1,000 users', 'mean', '95 %: from', 'to'], rows),
        ]
      : ['Not rehearsed: what to expect is not known.']),
    ...(most.item >= 0 && most.share > 0.2
      ? [
          '',
          `One item, ${titleOf(made, most.item).slice(0, 40)}, stands on ${percent(most.share)} of the lists: --cap 0.1 spreads them.`,
        ]
      : []),
    ...[...made.notes, ...dataset.notes].map((note) => `note: ${note}`),
    '',
    `${join(folder, 'launch.html')} is the page to look at.`,
  ].join('\n')
}
