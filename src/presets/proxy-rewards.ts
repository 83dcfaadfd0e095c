import { rewardModel } from '../experiment/episode.js'
import { questionsTo } from '../experiment/possible-questions.js'
import type { Preset } from '../experiment/preset.js'
import type { Trial } from '../experiment/trial.js'
import { fixedPolicy } from '../policy/policy.js'
import { topPositions } from '../policy/selection.js'
import { stream } from '../util/random.js'
import { average, rankCorrelation } from '../util/statistics.js'
import { smoke } from './sizes.js'

const kinds = ['proxy', 'fine-tune', 'early-stop', 'full'] as const

/** Selections of very different worth: random ones, and tops of random weightings of features. */
const selections = 20

/**
 * Spearman's correlation of each cheap reward with that of a full training (t = 0); `full` with
 * another full training.
 */
export const proxyRewards: Preset = {
  name: 'proxy-rewards',
  title: "Rank correlation of cheap rewards with a full training's, over selections",
  question: 'Does a cheap reward order selections as a full training does?',
  sizes: { smoke, full: { seeds: 6, settings: {} } },
  measurements: {
    steps: () => selections * (kinds.length + 1),
    *questions(trial) {
      for (let n = 0; n < selections; n++)
        yield questionsTo(trial, trial.augmenter.prompts(someSelection(trial, n)))
    },
    async measure(trial, step) {
      const rewards = new Map<string, number[]>(['reference', ...kinds].map((kind) => [kind, []]))
      const add = (kind: string, reward: number) => {
        rewards.get(kind)!.push(reward)
        step()
      }
      for (let n = 0; n < selections; n++) {
        const { pairs } = await trial.ask(someSelection(trial, n))
        add('reference', trial.validationRecall(trial.train(pairs, 0)))
        for (const kind of kinds)
          add(kind, trial.validationRecall(rewardModel(trial, pairs, kind, 1)))
      }
      const reference = rewards.get('reference')!
      return kinds.map((kind) => ({
        name: kind,
        users: trial.setup.config.policy.budget,
        trainings: selections,
        metrics: { 'rank correlation': rankCorrelation(reference, rewards.get(kind)!) },
      }))
    },
  },
  comparisons: () => [],
  conclusion(rows) {
    const mean = (kind: string) =>
      average(
        rows
          .filter(({ policy }) => policy === kind)
          .map(({ metrics }) => metrics['rank correlation']),
      )
    const each = kinds.map((kind) => `${kind} ${mean(kind).toFixed(2)}`)
    return `rank correlation with a full training: ${each.join(', ')}; that of full is what another full training reaches`
  },
}

function someSelection({ setup: { features, config }, seed }: Trial, n: number): Int32Array {
  const rng = stream(seed, 'proxy-rewards', n)
  if (n % 2 === 0) return fixedPolicy('random').select(features, config.policy.budget, rng)
  const width = features.names.length
  const weights = Float64Array.from(features.names, () => rng.normal())
  const logits = Float64Array.from(features.users, (_, k) =>
    weights.reduce((sum, w, j) => sum + w * features.scaled[k * width + j], 0),
  )
  return topPositions(logits, config.policy.budget).map((k) => features.users[k])
}
