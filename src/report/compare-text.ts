import { capital } from '../dataset/wording.js'
import type { ComparedArm, RunComparison } from '../run/compare-runs.js'
import type { StoredRun } from '../run/stored-run.js'
import { grid } from '../util/grid.js'
import { fewestTested } from '../util/statistics.js'
import { cut, wrap } from '../util/wrap.js'
import { armWords } from './arm-words.js'
import { armName, metricTitle, rewardMetric } from './labels.js'
import { settingsTable } from './runs-text.js'

/** Two runs side by side, in 80 columns: what differs in settings, then in results. */
export function compareText(
  [one, other]: [StoredRun, StoredRun],
  comparison: RunComparison,
  all: boolean,
): string {
  const { comparable, notes, seeds, differences, arms, only } = comparison
  const reward = rewardMetric(one.result!)
  const measured = [...new Set(arms.map(({ metric }) => metric))]
  const first = measured.includes(reward) ? [reward] : measured.slice(0, 3)
  const verdict = comparable
    ? `Comparable: same data, split and shelf; ${seeds.length} seed${seeds.length === 1 ? '' : 's'} in both.`
    : 'Not comparable.'
  return [
    wrap(`A: ${one.name}`),
    wrap(`B: ${other.name}`),
    '',
    wrap([verdict, ...notes.map((note) => `${capital(note)}.`)].join(' ')),
    '',
    differences.length === 0
      ? 'No setting differs.'
      : settingsTable(['setting', 'A', 'B'], differences),
    ...(all ? measured : first).flatMap((metric) => ['', metricTable(arms, metric)]),
    ...(measured.length === 0 ? ['', 'No arm is in both.'] : ['', explanation(arms)]),
    ...only.flatMap((names, k) =>
      names.length === 0 ? [] : [wrap(`Only in ${'AB'[k]}: ${names.map(armWords).join('; ')}.`)],
    ),
    ...(all || measured.length === first.length ? [] : ['All metrics: --all.']),
  ].join('\n')
}

function metricTable(arms: readonly ComparedArm[], metric: string): string {
  const isShare = metric.includes(':')
  const number = (x: number) => (isShare ? (100 * x).toFixed(1) : x.toFixed(3))
  const withSign = (x: number) => `${x < 0 ? '' : '+'}${number(x)}`
  const error = (x: number | null) => (x === null ? '' : ` ±${number(x)}`)
  const difference = ({ paired }: ComparedArm) => {
    if (!paired) return ''
    const { difference, interval, standardError } = paired
    if (interval) return `${withSign(difference)} (${interval.map(withSign).join(' to ')})`
    return withSign(difference) + (standardError > 0 ? error(standardError) : ' each time')
  }
  const own = arms.filter((arm) => arm.metric === metric)
  return grid(
    [metricTitle(metric) + (isShare ? ', %' : ''), 'A', 'B', 'B - A'],
    own.map((arm) => [
      cut(armName({ ...arm, policy: armWords(arm.policy) }), 30),
      ...arm.values.map(({ mean, standardError }) =>
        Number.isFinite(mean) ? number(mean) + error(standardError) : '-',
      ),
      difference(arm),
    ]),
  )
}

function explanation(arms: readonly ComparedArm[]): string {
  if (!arms.some(({ paired }) => paired)) return '± is the standard error over seeds.'
  const few = arms.some(({ paired }) => paired && paired.n < fewestTested)
  return wrap(
    'B - A is paired over the seeds of both, with its ' +
      (few
        ? `standard error: fewer than ${fewestTested} are not tested. `
        : '95 % interval. With many rows, some intervals leave out 0 by chance. ') +
      '± is the standard error over seeds.',
  )
}
