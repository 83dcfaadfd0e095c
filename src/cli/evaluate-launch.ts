import { columnsConfig } from '../dataset/config.js'
import { counted, thousands } from '../dataset/wording.js'
import { shelfSize } from '../evaluation/shelf.js'
import { readLaunchModel } from '../launch/model-files.js'
import { type Expected, type Outcome, outcome, readWrittenLists } from '../launch/outcome.js'
import { readTruth, type Truth } from '../launch/truth.js'
import { InputError } from '../util/errors.js'
import { grid } from '../util/grid.js'
import { parseSettings } from '../util/settings.js'
import { type CommonOptions, configOf, engineOf, onNotice, printJson } from './options.js'

interface EvaluateLaunchOptions extends CommonOptions {
  launch?: string
  truth?: string
  model?: string
}

/** Scores a launch against what users chose after it. */
export async function evaluateLaunch(options: EvaluateLaunchOptions): Promise<void> {
  const { launch, truth } = checked(options)
  const { user, item } = parseSettings(columnsConfig, Object.fromEntries(options.column), 'column')
  const config = configOf({ ...options, column: [], timestampUnit: undefined })
  const ks = cutoffs(config.evaluation.ks)
  const engine = engineOf(options, config)
  const model = readLaunchModel(launch)
  const written = await readWrittenLists(launch, model)
  const read = await readTruth(truth, { user, item }, model)
  if (read.pairs === 0) throw new InputError(`${truth}: ${noneText(read)}`)
  const result = outcome(model, read.later, written, ks, engine)
  const { k, expected } = written
  const { pairs, leftOut } = read
  if (options.json) printJson({ launch, truth, pairs, leftOut, k, ...result, expected })
  else
    process.stdout.write(
      [
        `${truth}: ${counted(pairs, 'later choice')} of ${counted(result.users, 'user')}`,
        `left out: ${leftOutText(read)}`,
        ...['', hitsText(result, k, expected), '', shelfText(result, ks)],
      ].join('\n') + '\n',
    )
}

function checked(options: EvaluateLaunchOptions): { launch: string; truth: string } {
  const { launch = 'launch', truth } = options
  if (truth === undefined)
    throw new InputError('--launch needs --truth FILE: the interactions after the launch')
  const other = (['model', 'dataset', 'interactions', 'items', 'split'] as const).find(
    (name) => options[name] !== undefined,
  )
  if (other !== undefined)
    throw new InputError(`--${other} cannot be used with --truth, which needs no data set`)
  return { launch, truth }
}

function cutoffs(ks: readonly number[]): number[] {
  const kept = ks.filter((k) => k <= shelfSize)
  if (kept.length === 0)
    throw new InputError(`evaluation.ks has no K of at most ${shelfSize}, the length of a shelf`)
  if (kept.length < ks.length)
    onNotice(`a shelf has ${shelfSize} items, so larger K of evaluation.ks are left out`)
  return kept
}

function leftOutText({ leftOut }: Truth): string {
  const reasons = [
    [leftOut.unknownUser, 'of unknown users'],
    [leftOut.unknownItem, 'of unknown items'],
    [leftOut.inHistory, 'already in the history'],
    [leftOut.repeated, 'repeated'],
  ] as const
  const said = reasons
    .filter(([count]) => count > 0)
    .map(
      ([count, reason], k) => (k === 0 ? counted(count, 'row') : thousands(count)) + ` ${reason}`,
    )
  return said.length > 0 ? said.join(', ') : 'nothing'
}

/** Why no row counts, and what to do. */
function noneText(read: Truth): string {
  const { unknownUser, unknownItem, inHistory } = read.leftOut
  if (unknownUser + unknownItem + inHistory === 0) return 'it has no interactions'
  const advice =
    inHistory > unknownUser + unknownItem
      ? 'the launch already knew these interactions: give later ones, or launch on earlier data'
      : 'do its ids match those of the launch?'
  return `no row can be used: ${leftOutText(read)}; ${advice}`
}

const share = (value: number) => (Number.isNaN(value) ? '-' : value.toFixed(4))

function shelfText({ shelf, newItems }: Outcome, ks: readonly number[]): string {
  const columns = {
    ...{ recall: 'recall', ndcg: 'ndcg', new: 'of new', warm: 'of known' },
    exposure: 'share new',
  }
  const names = Object.keys(columns)
  const rows = ks.map((k) => [String(k), ...names.map((name) => share(shelf[`${name}@${k}`]))])
  const recall = Object.entries(newItems.recall).map(([k, value]) => `@${k} ${share(value)}`)
  return [
    grid(['all items, the best K', ...Object.values(columns)], rows),
    '',
    `recall of new items among themselves, ${counted(newItems.users, 'user')}: ${recall.join(', ')}`,
  ].join('\n')
}

function hitsText({ written }: Outcome, k: number, expected?: Expected): string {
  const labels = {
    withNew: `lists of ${k} as written`,
    ofNew: '  of these, new items',
    ofKnown: '  of these, known items',
    knownOnly: 'known items alone',
  }
  const rows = (Object.keys(labels) as (keyof typeof labels)[]).map((name) => [
    labels[name],
    ...[written[name].per1000, written[name].standardError].map(whole),
    ...(expected ? [expected[name].per1000, ...expected[name].interval].map(whole) : []),
  ])
  const head = ['hits per 1,000 users', 'found', 'std error']
  if (!expected) return `${grid(head, rows)}\n\nThere was no rehearsal, so nothing can be compared.`
  return `${grid([...head, 'expected', '95 %: from', 'to'], rows)}

Expected as on the rehearsals, whose users had longer or shorter to choose.`
}

const whole = (value: number) => (Number.isNaN(value) ? '-' : value.toFixed(0))
