import { datasetConfig } from '../../dataset/config.js'
import { withCore } from '../../dataset/load.js'
import { average } from '../../evaluation/evaluate.js'
import { meanAndError, rankCorrelation } from '../../evaluation/statistics.js'
import { fixedPolicy } from '../../policy/policy.js'
import { UnderstudyError } from '../../util/errors.js'
import { stream } from '../../util/random.js'
import { randomUsers } from '../arms.js'
import { validationRecall } from '../episode.js'
import { Lab, type Materials } from '../lab.js'
import { checkMeasurable, prepare } from '../prepare.js'
import type { Preset, TrialRow } from '../trial.js'
import { smoke } from './sizes.js'

/** Sub-samples of each data set: earlier and later cuts, and its denser core. */
const samples = [0.6, 0.7, 0.8].flatMap((quantile) => [0, 8].map((core) => ({ quantile, core })))

/**
 * A meta-analysis over data sets (`--other`) and their sub-samples: each feature's gain over random users (proxy recall on
 * the validation half), and its rank correlation with what the data are like. The unit is the data set; its sub-samples
 * share users and items and are no independent evidence.
 */
export const universalFeatures: Preset = {
  name: 'universal-features',
  title: "Each feature's gain over random users, over data sets and their sub-samples (proxy, validation half)",
  question: 'Is any feature good everywhere, and what decides where one is?',
  sizes: {
    smoke: { ...smoke, settings: { ...smoke.settings, others: [{ synthetic: { users: 400, items: 400, seed: 1 } }] } },
    full: { seeds: 6, settings: {} },
  },
  steps: ({ others }) => (1 + others.length) * samples.length,
  async run(lab, step) {
    const rows: TrialRow[] = []
    for (const [k, data] of [lab.materials, ...lab.materials.others].entries())
      for (const sample of samples) {
        const materials = subSample(data, sample)
        if (materials) rows.push(...(await gains(new Lab(materials, lab.engine, lab.seed, lab.options), { dataset: `${k + 1} ${data.dataset.name}`, quantile: sample.quantile, core: sample.core })))
        step()
      }
    return rows
  },
  comparisons: () => [],
  conclusion,
}

/** Undefined where it leaves too little to measure. */
function subSample({ dataset, config }: Materials, { quantile, core }: (typeof samples)[number]): Materials | undefined {
  try {
    const own = core === 0 ? dataset : withCore(dataset, datasetConfig.parse({ kCore: { users: core, items: 0 } }))
    const materials = prepare(own, { ...config, split: { ...config.split, quantile } })
    checkMeasurable(materials)
    return materials
  } catch (error) {
    if (error instanceof UnderstudyError) return undefined
    throw error
  }
}

async function gains(lab: Lab, factors: TrialRow['factors']): Promise<TrialRow[]> {
  const { features, config } = lab.materials
  const value = async (users: Int32Array) => average(await validationRecall(lab, users, 0))
  const random = await value(randomUsers(lab, config.policy.budget))
  const data = characteristics(lab.materials)
  const rows = []
  for (const name of features.names) {
    const recall = await value(fixedPolicy(`top:${name}`).select(features, config.policy.budget, stream(0)))
    rows.push({ policy: `top:${name}`, seed: lab.seed, factors, users: config.policy.budget, calls: 0, learningCalls: 0, failed: 0, trainings: 1, metrics: { gain: (recall - random) / random, ...data }, validation: recall, userRecall: '' })
  }
  return rows
}

/** What the train part is like. */
function characteristics({ dataset, split, features, config }: Materials): Record<string, number> {
  const counts = new Float64Array(dataset.itemIds.length)
  for (const item of split.train.item) counts[item]++
  const warm = counts.filter((n) => n > 0).sort()
  const total = split.train.item.length
  const gini = warm.reduce((sum, n, k) => sum + (2 * (k + 1) - warm.length - 1) * n, 0) / (warm.length * total)
  return {
    density: total / (features.users.length * warm.length),
    'history size': total / features.users.length,
    'popularity gini': gini,
    'cold items': split.coldItems.all.length,
    'share asked': config.policy.budget / features.users.length,
  }
}

function conclusion(rows: Omit<TrialRow, 'userRecall'>[]): string {
  const datasets = [...new Set(rows.map(({ factors }) => factors['dataset']))]
  const features = [...new Set(rows.map(({ policy }) => policy))]
  const says = features.map((feature) => {
    const own = rows.filter(({ policy }) => policy === feature)
    const byDataset = datasets.map((name) => own.filter(({ factors }) => factors['dataset'] === name).map(({ metrics }) => metrics['gain'])).filter((gains) => gains.length > 0).map(average)
    const { mean, standardError } = meanAndError(byDataset)
    const correlations = Object.keys(own[0].metrics)
      .filter((name) => name !== 'gain')
      .map((name) => ({ name, r: rankCorrelation(own.map(({ metrics }) => metrics[name]), own.map(({ metrics }) => metrics['gain'])) }))
      .filter(({ r }) => !Number.isNaN(r))
      .sort((a, b) => Math.abs(b.r) - Math.abs(a.r))
    const error = Number.isNaN(standardError) ? '' : ` ± ${(100 * standardError).toFixed(0)}`
    const strongest = correlations[0] ? `; with ${correlations[0].name} r = ${correlations[0].r.toFixed(2)}` : ''
    return `${feature} ${(100 * mean).toFixed(0)}${error} % (better than random on ${byDataset.filter((gain) => gain > 0).length} of ${byDataset.length} data sets${strongest})`
  })
  return `gain over random users, mean ± SE over ${datasets.length} data sets: ${says.join(', ')}`
}
