import type { ReportedRow } from '../experiment/row.js'
import {
  type Effect,
  metaRegression,
  type RandomEffects,
  randomEffects,
} from '../util/meta-analysis.js'
import { average, holm, meanAndError } from '../util/statistics.js'

/** A feature's gain over random users on one data set, on the log scale: log(top / random). */
export interface DatasetEffect extends Effect {
  dataset: string
  /** What the data set is like, mean over its sub-samples. */
  characteristics: Record<string, number>
}

/** A feature's gains, and what they have in common. */
export interface FeatureEffects {
  feature: string
  effects: DatasetEffect[]
  /** On the log scale; absent for fewer than three data sets. */
  summary?: RandomEffects
}

/** Fewest data sets that are summarised. */
const fewest = 3

/**
 * Gains by feature and data set. The unit is the data set: its sub-samples, which share users and
 * items, are averaged; the variance of the error is that over the seeds.
 * @param rows - of the preset `universal-features`
 */
export function featureEffects(rows: readonly ReportedRow[]): FeatureEffects[] {
  const datasets = [...new Set(rows.map(({ factors }) => String(factors['dataset'])))]
  return [...new Set(rows.map(({ policy }) => policy))].map((feature) => {
    const effects = datasets.flatMap((dataset) => {
      const own = rows.filter(
        ({ policy, factors, metrics }) =>
          policy === feature &&
          factors['dataset'] === dataset &&
          Number.isFinite(Math.log1p(metrics['gain'])),
      )
      return own.length === 0 ? [] : [{ dataset, ...effectOf(own), characteristics: meansOf(own) }]
    })
    const summary = effects.length < fewest ? undefined : randomEffects(effects)
    return { feature: feature.replace(/^top:/, ''), effects, ...(summary ? { summary } : {}) }
  })
}

function effectOf(rows: readonly ReportedRow[]): Effect {
  const seeds = [...new Set(rows.map(({ seed }) => seed))]
  const bySeed = seeds.map((seed) =>
    average(
      rows.filter((row) => row.seed === seed).map(({ metrics }) => Math.log1p(metrics['gain'])),
    ),
  )
  const { mean, standardError } = meanAndError(bySeed)
  return { value: mean, variance: Number.isNaN(standardError) ? 0 : standardError ** 2 }
}

function meansOf(rows: readonly ReportedRow[]): Record<string, number> {
  const names = Object.keys(rows[0].metrics).filter((name) => name !== 'gain')
  return Object.fromEntries(
    names.map((name) => [name, average(rows.map(({ metrics }) => metrics[name]))]),
  )
}

/** What decides where a feature is good: a slope a feature and characteristic, the surest first. */
export function moderators(all: readonly FeatureEffects[]) {
  const tried = all.flatMap(({ feature, effects }) => {
    if (effects.length < 4) return []
    return Object.keys(effects[0].characteristics).flatMap((name) => {
      const values = effects.map(({ characteristics }) => characteristics[name])
      const differ = values.every(Number.isFinite) && new Set(values).size > 1
      return differ ? [{ feature, name, ...metaRegression(effects, values) }] : []
    })
  })
  const corrected = holm(tried.map(({ p }) => p))
  return tried.map((one, k) => ({ ...one, pHolm: corrected[k] })).sort((a, b) => a.p - b.p)
}

/** A gain on the log scale as a percentage: "+24 %". */
export const percentGain = (log: number) => {
  const percent = 100 * Math.expm1(log)
  return `${percent < 0 ? '' : '+'}${percent.toFixed(0)}`
}

const pText = (p: number) => (p < 0.001 ? 'p < .001' : `p = ${p.toFixed(3)}`)

/** The answer of the preset, in sentences. */
export function universalConclusion(rows: readonly ReportedRow[]): string {
  const all = featureEffects(rows)
  const count = new Set(rows.map(({ factors }) => factors['dataset'])).size
  const range = ([low, high]: readonly [number, number]) =>
    `${percentGain(low)} to ${percentGain(high)} %`
  const says = all.map(({ feature, effects, summary }) => {
    const better = effects.filter(({ value }) => value > 0).length
    const on = `better than random on ${better} of ${effects.length} data sets`
    if (!summary) return `${feature}: ${on}`
    const { mean, interval, prediction } = summary
    const next = prediction ? `; in a new data set ${range(prediction)}` : ''
    return `${feature} ${percentGain(mean)} % (95 %: ${range(interval)}${next}; ${on})`
  })
  return [
    `Gain over random users on ${count} data sets, by a random-effects model: ${says.join(', ')}`,
    everywhereText(all),
    ...moderatorText(all),
  ].join('. ')
}

function everywhereText(all: readonly FeatureEffects[]): string {
  const predicted = all.flatMap(({ feature, summary }) =>
    summary?.prediction ? [{ feature, mean: summary.mean, low: summary.prediction[0] }] : [],
  )
  if (predicted.length === 0) return 'Three data sets are needed to say what a new one would give'
  const sure = predicted.filter(({ low }) => low > 0).map(({ feature }) => feature)
  const best = predicted.reduce((a, b) => (b.mean > a.mean ? b : a))
  return sure.length > 0
    ? `Good everywhere, as far as these data sets tell: ${sure.join(', ')}`
    : `No feature is sure to beat random users in a new data set; the best bet is ${best.feature}`
}

function moderatorText(all: readonly FeatureEffects[]): string[] {
  const tried = moderators(all)
  const clear = tried.filter(({ pHolm }) => pHolm < 0.05)
  if (tried.length === 0) return []
  if (clear.length === 0)
    return [
      `No characteristic of the data clearly decides it (${tried.length} tried; the surest, ${tried[0].name} for ${tried[0].feature}, has ${pText(tried[0].p)}, ${pText(tried[0].pHolm)} after Holm's correction)`,
    ]
  return [
    clear
      .map(
        ({ feature, name, slope, pHolm }) =>
          `${feature} gains ${slope > 0 ? 'more' : 'less'} with ${name} (${pText(pHolm)} after Holm's correction)`,
      )
      .join('; '),
  ]
}
