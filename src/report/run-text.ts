import { diagnosisText } from '../experiment/diagnosis.js'
import { type Compared, shownComparisons } from '../run/comparisons.js'
import type { RunResult } from '../run/result.js'
import { summarise, type SummaryRow } from '../run/summary.js'
import { bar } from '../util/bar.js'
import { grid } from '../util/grid.js'
import { fewestTested } from '../util/statistics.js'
import { cut, wrap } from '../util/wrap.js'
import { armWords } from './arm-words.js'
import { armName, rewardMetric } from './labels.js'

/** Rows and characters that a first look has room for. */
const mostRows = 8
const barWidth = 12
const nameWidth = 31

/** A run for a terminal of 80 columns: the answer, then the arms that it is about. */
export function runText(result: RunResult): string {
  return [
    wrap(result.title),
    dataLine(result),
    '',
    ...answerLines(result).map((line) => wrap(line)),
    '',
    ...(isOfRankings(result) ? recallLines(result) : [measuredTable(result)]),
    '',
    ...result.diagnostics
      .flatMap((found) => diagnosisText(found).split('\n'))
      .map((line) => wrap(line.trim())),
  ]
    .join('\n')
    .trimEnd()
}

function dataLine({ data, provenance, seeds, judge }: RunResult): string {
  const procedures = `${seeds.length} procedure${seeds.length === 1 ? '' : 's'}`
  return wrap(
    `${provenance.dataset}: ${data.users} users, ${data.items} items, ` +
      `${data.coldTestItems} new items to be found; ${procedures}; answers of ${judge}`,
  )
}

const isOfRankings = (result: RunResult) =>
  summarise(result).some(({ metrics }) => rewardMetric(result) in metrics)

/** What was found, clear differences first. */
function answerLines(result: RunResult): string[] {
  if (result.conclusion !== undefined) return [result.conclusion]
  const tests = shownComparisons(result).filter(({ metric }) => metric === rewardMetric(result))
  if (result.seeds.length === 1)
    return ['One procedure shows no difference for sure: use at least 5 seeds (--seeds 5).']
  if (tests.length === 0) return [result.question]
  const clear = tests.filter(({ p }) => p !== undefined && p < 0.05)
  const open = tests.filter((test) => !clear.includes(test))
  return [...clear.map(verdict), ...openLines(open)]
}

/** "learned users find more than random users: +71.7 % (95 %: +63.5 to +79.9)." */
function verdict(test: Compared): string {
  const word = test.difference > 0 ? 'find more' : 'find fewer'
  return `${sides(test)[0]} ${word} than ${sides(test)[1]}: ${size(test)}.`
}

/** What cannot be told, in one line each for tested and untested differences. */
function openLines(open: readonly Compared[]): string[] {
  const tested = open.filter(({ p }) => p !== undefined)
  const untested = open.filter(({ p }) => p === undefined)
  const list = (tests: readonly Compared[]) =>
    tests.map((test) => `${sides(test).join(' against ')} ${size(test)}`).join('; ')
  return [
    ...(tested.length > 0 ? [`No clear difference: ${list(tested)}.`] : []),
    ...(untested.length > 0
      ? [
          `Not tested (fewer than ${fewestTested} procedures, or the same each time): ${list(untested)}.`,
        ]
      : []),
  ]
}

function sides({ arm, against, factors = {} }: Compared): [string, string] {
  const where = Object.entries(factors).map(([name, value]) => ` at ${name} ${value}`)
  return [armWords(arm), armWords(against) + where.join('')]
}

function size({ difference, standardError, relative, relativeInterval, interval }: Compared) {
  const percent = (x: number) => `${x < 0 ? '' : '+'}${(100 * x).toFixed(1)}`
  if (relative === undefined)
    return interval
      ? `${percent(difference)} points (95 %: ${interval.map(percent).join(' to ')})`
      : `${percent(difference)} points ± ${(100 * standardError).toFixed(1)}`
  if (relativeInterval)
    return `${percent(relative)} % (95 %: ${relativeInterval.map(percent).join(' to ')})`
  return `${percent(relative)} % ± ${Math.abs((100 * standardError * relative) / difference).toFixed(1)}`
}

/** Arms with their recall among the new items, as bars. */
function recallLines(result: RunResult): string[] {
  const { data, config } = result
  const k = config.policy.rewardK
  const metric = rewardMetric(result)
  const all = summarise(result).filter(({ metrics }) => metric in metrics)
  const rows = firstRows(all, result)
  const chance = data.chance[`recall@${k}`]
  const most = Math.max(chance, ...rows.map(({ metrics }) => metrics[metric].mean))
  const row = (name: string, counts: string[], value: number, error: string) => [
    name,
    ...counts,
    (100 * value).toFixed(1) + error,
    bar(value, most, barWidth).padEnd(barWidth),
  ]
  const table = rows.map((own) => {
    const { mean, standardError } = own.metrics[metric]
    const error = standardError === null ? '' : ` ±${(100 * standardError).toFixed(1)}`
    const counts = [own.calls, own.learningCalls].map((count) => String(Math.round(count)))
    return row(rowName(own), counts, mean, error)
  })
  const left = all.length - rows.length
  return [
    grid(
      ['who is asked', 'asked', 'to learn', `recall@${k}, %`, ''],
      [...table, row('by chance', ['', ''], chance, '')],
    ),
    '',
    wrap(
      `asked: questions about these users; to learn: questions that chose them. recall@${k}: share of the new items that a user chose later which are among the first ${k} ` +
        `of ${data.coldTestItems}; ± is the standard error over procedures.` +
        (left > 0 ? ` ${left} more rows and all metrics: --all.` : ' All metrics: --all.'),
    ),
  ]
}

function rowName({ policy, factors }: SummaryRow): string {
  return cut(armName({ policy: armWords(policy), factors }), nameWidth)
}

/** The rows that the answer is about, as many as there is room for. */
function firstRows(rows: SummaryRow[], { comparisons }: RunResult): SummaryRow[] {
  if (rows.length <= mostRows) return rows
  const named = new Set(comparisons.flatMap(({ arm, against }) => [arm, against]))
  const chosen = rows.filter(({ policy }) => policy === 'none' || named.has(policy))
  return (chosen.length > 0 ? chosen : rows).slice(0, mostRows)
}

/** A table of measurements that are not of a ranking, such as those of a judge. */
function measuredTable(result: RunResult): string {
  const all = summarise(result)
  const rows = firstRows(all, result)
  const metrics = [...new Set(rows.flatMap((row) => Object.keys(row.metrics)))].slice(0, 3)
  const cell = (row: SummaryRow, metric: string) => {
    const value = row.metrics[metric]
    if (!value || !Number.isFinite(value.mean)) return '-'
    const error = value.standardError === null ? '' : ` ±${value.standardError.toFixed(3)}`
    return value.mean.toFixed(3) + error
  }
  const table = grid(
    ['', 'questions', ...metrics],
    rows.map((row) => [
      rowName(row),
      String(Math.round(row.calls)),
      ...metrics.map((metric) => cell(row, metric)),
    ]),
  )
  return `${table}\n\nAll rows and metrics: --all.`
}
