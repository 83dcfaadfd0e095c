import { datasetConfig } from '../dataset/config.js'
import { hasText } from '../dataset/content.js'
import { withCore } from '../dataset/load.js'
import { validationRecall } from '../experiment/episode.js'
import { questionsTo } from '../experiment/possible-questions.js'
import type { Measurement, Preset } from '../experiment/preset.js'
import type { Factors } from '../experiment/row.js'
import { fixedSelection, topPolicies } from '../experiment/selection.js'
import { checkMeasurable, type Setup, setUp } from '../experiment/setup.js'
import type { Trial } from '../experiment/trial.js'
import { UnderstudyError } from '../util/errors.js'
import { average } from '../util/statistics.js'
import { smoke } from './sizes.js'
import { universalConclusion } from './universal-summary.js'

/** Sub-samples of each data set: earlier and later cuts, and its denser core. */
const samples = [0.6, 0.7, 0.8].flatMap((quantile) => [0, 8].map((core) => ({ quantile, core })))

/**
 * A meta-analysis over data sets (`--other`) and their sub-samples: each feature's gain over random
 * users (proxy recall on the validation half) in a random-effects model, and how it changes with
 * what the data are like. The unit is the data set; its sub-samples share users and items and are
 * no independent evidence.
 */
export const universalFeatures: Preset = {
  name: 'universal-features',
  title:
    "Each feature's gain over random users, over data sets and their sub-samples (proxy, validation half)",
  question: 'Is any feature good everywhere, and what decides where one is?',
  sizes: {
    smoke: {
      ...smoke,
      settings: { ...smoke.settings, others: [{ synthetic: { users: 400, items: 400, seed: 1 } }] },
    },
    full: { seeds: 6, settings: {} },
  },
  measurements: {
    steps: ({ others }) => (1 + others.length) * samples.length,
    *questions(trial) {
      if (trial.setup.config.policy.judge === 'offline') return
      for (const { own } of subSamples(trial))
        for (const policy of own ? ['random', ...topPolicies(own.setup)] : [])
          yield questionsTo(own!, own!.augmenter.prompts(fixedSelection(own!, policy)))
    },
    async measure(trial, step) {
      const rows: Measurement[] = []
      for (const { own, factors } of subSamples(trial)) {
        if (own) rows.push(...(await gains(own, factors)))
        step()
      }
      return rows
    },
  },
  comparisons: () => [],
  conclusion: universalConclusion,
}

/** Trials on the sub-samples of all data sets; absent where one leaves too little to measure. */
function* subSamples(trial: Trial): Iterable<{ own?: Trial; factors: Factors }> {
  for (const [k, data] of [trial.setup, ...trial.setup.others].entries())
    for (const { quantile, core } of samples) {
      const factors = { dataset: `${k + 1} ${data.dataset.name}`, quantile, core }
      const setup = subSample(data, { quantile, core })
      yield { factors, ...(setup ? { own: trial.on(() => setup) } : {}) }
    }
}

/** Undefined where it leaves too little to measure. */
function subSample(
  { dataset, config, given }: Setup,
  { quantile, core }: (typeof samples)[number],
): Setup | undefined {
  try {
    const own =
      core === 0
        ? dataset
        : withCore(dataset, datasetConfig.parse({ kCore: { users: core, items: 0 } }))
    const setup = setUp(own, { ...config, split: { ...config.split, quantile } }, [], given)
    checkMeasurable(setup)
    return setup
  } catch (error) {
    if (error instanceof UnderstudyError) return undefined
    throw error
  }
}

/** Of each feature's top users over random ones. */
async function gains(trial: Trial, factors: Factors): Promise<Measurement[]> {
  const value = async (policy: string) =>
    average(await validationRecall(trial, fixedSelection(trial, policy), 0))
  const random = await value('random')
  const data = characteristics(trial.setup)
  const rows = []
  for (const name of topPolicies(trial.setup)) {
    const validation = await value(name)
    const metrics = { gain: (validation - random) / random, ...data }
    rows.push({ name, factors, users: trial.setup.config.policy.budget, metrics, validation })
  }
  return rows
}

/** What the train part is like. */
function characteristics({ dataset, split, features, config }: Setup): Record<string, number> {
  const counts = new Float64Array(dataset.itemIds.length)
  for (const item of split.train.item) counts[item]++
  const warm = counts.filter((n) => n > 0).sort()
  const total = split.train.item.length
  const { timestamp } = dataset.interactions
  const gini =
    warm.reduce((sum, n, k) => sum + (2 * (k + 1) - warm.length - 1) * n, 0) / (warm.length * total)
  return {
    density: total / (features.users.length * warm.length),
    'history size': total / features.users.length,
    'popularity gini': gini,
    'cold items': split.coldItems.all.length,
    'share asked': config.policy.budget / features.users.length,
    'items with text': dataset.items.filter(hasText).length / dataset.items.length,
    ...(timestamp ? { 'time span, years': spanOf(timestamp) } : {}),
  }
}

/** Years between the first and the last interaction. */
function spanOf(timestamps: ArrayLike<number>): number {
  let [first, last] = [Infinity, -Infinity]
  for (let k = 0; k < timestamps.length; k++) {
    first = Math.min(first, timestamps[k])
    last = Math.max(last, timestamps[k])
  }
  return (last - first) / (365.25 * 86_400)
}
