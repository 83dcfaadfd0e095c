// Tables and numbers of docs/results.md, from recorded runs.
import { commandOf, summarise } from 'understudy'
import { featureEffects, percentGain } from '../../dist/presets/universal-summary.js'
import { rewardMetric } from '../../dist/report/labels.js'
import { recipes } from './recipes.mjs'
import { readRecorded, recordedOf } from './recorded.mjs'

const number = (value, digits = 3) => value.toFixed(digits).replace(/^(-?)0\./, '$1.')
const signed = (value, digits = 1) => (value < 0 ? '' : '+') + value.toFixed(digits)

const markdown = (head, rows) =>
  [head, head.map((_, k) => (k === 0 ? '---' : '--:')), ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n')

/** "learned" of a run, whose factors are empty; throws where there is none. */
function armOf(result, policy) {
  const arm = summarise(result).find((one) => one.policy === policy)
  if (!arm) throw new Error(`${result.preset} has no arm ${policy}`)
  return arm
}

function testOf(result, arm, against, metric) {
  const found = result.comparisons.find(
    (one) => one.arm === arm && one.against === against && one.metric === metric,
  )
  if (!found) throw new Error(`${result.preset} does not compare ${arm} with ${against}, ${metric}`)
  return found
}

const pText = (p) => (p < 0.001 ? 'p < .001' : `p ${number(p)}`)

/** "+71.7 % (63.5 to 79.9)"; with p where `withP` says so. */
function differenceText({ relative, relativeInterval, p }, withP = false) {
  if (relative === undefined) return 'n/a'
  const percent = (x) => signed(100 * x)
  const sure = relativeInterval ? ` (${relativeInterval.map(percent).join(' to ')})` : ''
  return `${percent(relative)} %${sure}${withP && p !== undefined ? `, ${pText(p)}` : ''}`
}

/** What a template may say between braces. */
export const directives = {
  /** The command of a run. */
  command: (name, dataset) => `\`${commandOf(readRecorded(name, dataset))}\``,

  /** Every arm, in some metrics. */
  arms(name, dataset, ...metrics) {
    const result = readRecorded(name, dataset)
    const chance = metrics.map((metric) => {
      const [kind, at] = metric.split(':')
      const by = result.data.chance[at]
      return kind === 'cold' && by !== undefined ? number(by) : ''
    })
    const rows = summarise(result).map(({ policy, users, calls, learningCalls, metrics: own }) => [
      ...[`\`${policy}\``, Math.round(users), Math.round(calls), Math.round(learningCalls)],
      ...metrics.map((metric) => {
        const { mean = NaN, standardError = null } = own[metric] ?? {}
        if (Number.isNaN(mean)) return ''
        return standardError === null ? number(mean) : `${number(mean)} ± ${number(standardError)}`
      }),
    ])
    const head = ['who is asked', 'users', 'questions', 'to learn', ...metrics.map(metricTitle)]
    return markdown(head, [...rows, ['by chance', '', '', '', ...chance]])
  },

  /** The tests of a run in one metric. */
  tests(name, dataset, metric) {
    const result = readRecorded(name, dataset)
    const rows = result.comparisons
      .filter((one) => one.metric === metric)
      .map(({ arm, against, effectSize, p, pHolm, ...rest }) => [
        `\`${arm}\` - \`${against}\``,
        differenceText(rest),
        ...(p === undefined ? ['', '', ''] : [number(effectSize, 2), pText(p), pText(pHolm)]),
      ])
    return markdown(['difference', metricTitle(metric), 'd', 'p', 'Holm'], rows)
  },

  /** One comparison on every data set of a recipe that is recorded. */
  everywhere(name, ...pairs) {
    const rows = recordedOf(name).map((dataset) => {
      const result = readRecorded(name, dataset)
      return [
        dataset.split('/').at(-1),
        `${result.seeds.length} x ${result.config.evaluation.trainings}`,
        `@${result.config.policy.rewardK} of ${result.data.coldTestItems}`,
        ...pairs.map((pair) => {
          const [arm, against] = pair.split('-against-')
          return differenceText(testOf(result, arm, against, rewardMetric(result)), true)
        }),
      ]
    })
    const titles = pairs.map((pair) => pair.replace('-against-', ' - '))
    return markdown(['data set', 'procedures', 'recall', ...titles], rows)
  },

  /** Each feature's gain over random users: a random-effects model over data sets. */
  features(name, dataset) {
    const range = (pair) => `${pair.map(percentGain).join(' to ')} %`
    const rows = featureEffects(readRecorded(name, dataset).trials).map(
      ({ feature, effects, summary: { mean, interval, prediction } }) => [
        ...[feature, `${percentGain(mean)} %`, range(interval), range(prediction)],
        `${effects.filter(({ value }) => value > 0).length} of ${effects.length}`,
      ],
    )
    const head = [
      'users highest in',
      'mean gain',
      '95 %',
      'in a new data set',
      'better than random on',
    ]
    return markdown(head, rows)
  },

  /** The mean of an arm in a metric. */
  mean: (name, dataset, arm, metric) =>
    number(armOf(readRecorded(name, dataset), arm).metrics[metric].mean),

  /** How many data sets are recorded. */
  count: (name) => `${recordedOf(name).length} of ${Object.keys(recipes[name].data).length}`,
}

function metricTitle(metric) {
  const [kind, at] = metric.split(':')
  const k = at.split('@')[1]
  const kinds = { cold: 'new items', warm: 'known items', shelf: 'shelf' }
  return `${kinds[kind]} @${k}`
}

/** A template with each {{directive argument ...}} replaced by what it stands for. */
export const filled = (template) =>
  template.replace(/\{\{(\w+)((?: [^\s{}]+)*)\}\}/g, (_, directive, given) => {
    if (!(directive in directives)) throw new Error(`unknown directive ${directive}`)
    return directives[directive](...given.trim().split(' '))
  })
