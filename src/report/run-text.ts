import { diagnosisLines } from '../experiment/diagnosis.js'
import type { RunResult } from '../run/result.js'
import { summarise, type SummaryRow } from '../run/summary.js'
import { bar } from '../util/bar.js'
import { grid } from '../util/grid.js'
import { cut, wrap } from '../util/wrap.js'
import { answerOf } from './answer.js'
import { armTitle } from './arm-words.js'
import { chosenRows, firstRows, type FirstRows, percentText } from './first-rows.js'
import { rewardMetric } from './labels.js'

/** Characters that a line of a terminal has room for. */
const barWidth = 12
const nameWidth = 31

/** A run for a terminal of 80 columns: the answer, then the arms that it is about. */
export function runText(result: RunResult): string {
  const first = firstRows(result)
  return [
    wrap(result.title),
    dataLine(result),
    '',
    ...answerOf(result).sentences.map((line) => wrap(line)),
    '',
    ...(first ? recallLines(result, first) : [measuredTable(result)]),
    '',
    ...result.diagnostics.flatMap(diagnosisLines),
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

/** Arms with their recall among the new items, as bars. */
function recallLines(result: RunResult, { rows, left, chance, most }: FirstRows): string[] {
  const { data, config } = result
  const k = config.policy.rewardK
  const row = (name: string, counts: string[], value: number, shown: string) => [
    cut(name, nameWidth),
    ...counts,
    shown,
    bar(value, most, barWidth).padEnd(barWidth),
  ]
  const table = rows.map((own) => {
    const value = own.metrics[rewardMetric(result)]
    const counts = [own.calls, own.learningCalls].map((count) => String(Math.round(count)))
    return row(armTitle(own), counts, value.mean, percentText(value))
  })
  return [
    grid(
      ['who is asked', 'asked', 'to learn', `recall@${k}, %`, ''],
      [...table, row('by chance', ['', ''], chance, (100 * chance).toFixed(1))],
    ),
    '',
    wrap(
      `asked: questions about these users; to learn: questions that chose them. recall@${k}: share of the new items that a user chose later which are among the first ${k} ` +
        `of ${data.coldTestItems}; ± is the standard error over procedures.` +
        (left > 0 ? ` ${left} more rows and all metrics: --all.` : ' All metrics: --all.'),
    ),
  ]
}

/** A table of measurements that are not of a ranking, such as those of a judge. */
function measuredTable(result: RunResult): string {
  const rows = chosenRows(summarise(result), result)
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
      cut(armTitle(row), nameWidth),
      String(Math.round(row.calls)),
      ...metrics.map((metric) => cell(row, metric)),
    ]),
  )
  return `${table}\n\nAll rows and metrics: --all.`
}
