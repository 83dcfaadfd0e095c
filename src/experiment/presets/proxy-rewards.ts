import { average, recallPerUser } from '../../evaluation/evaluate.js'
import { rankCorrelation } from '../../evaluation/statistics.js'
import { fixedPolicy } from '../../policy/policy.js'
import { topPositions } from '../../policy/selection.js'
import { stream } from '../../util/random.js'
import { rewardModel } from '../episode.js'
import { type Lab, rankingTasks } from '../lab.js'
import type { Preset, TrialRow } from '../trial.js'
import { smoke } from './sizes.js'

const kinds = ['proxy', 'fine-tune', 'early-stop', 'full'] as const

/** Selections of very different worth: random ones and the tops of random weightings of the features. */
const selections = 20

/** Spearman's correlation of each cheap reward with that of a full training (t = 0); `full` with another full training. */
export const proxyRewards: Preset = {
  name: 'proxy-rewards',
  title: "Rank correlation of cheap rewards with a full training's, over selections",
  question: 'Does a cheap reward order selections as a full training does?',
  sizes: { smoke, full: { seeds: 6, settings: {} } },
  steps: () => selections * (kinds.length + 1),
  async run(lab, step) {
    const rewards = new Map<string, number[]>(['reference', ...kinds].map((kind) => [kind, []]))
    const add = (kind: string, reward: number) => {
      rewards.get(kind)!.push(reward)
      step()
    }
    for (let n = 0; n < selections; n++) {
      const { pairs } = await lab.augmenter.augment(someSelection(lab, n))
      add('reference', recallOf(lab, lab.train(pairs, 0)))
      for (const kind of kinds) add(kind, recallOf(lab, rewardModel(lab, pairs, kind, 1)))
    }
    return kinds.map((kind) => row(lab, kind, rankCorrelation(rewards.get('reference')!, rewards.get(kind)!)))
  },
  comparisons: () => [],
  conclusion: (rows) => `rank correlation with a full training: ${kinds.map((kind) => `${kind} ${average(rows.filter(({ policy }) => policy === kind).map(({ metrics }) => metrics['rank correlation'])).toFixed(2)}`).join(', ')}; that of full is what another full training reaches`,
}

function someSelection({ materials: { features, config }, seed }: Lab, n: number): Int32Array {
  const rng = stream(seed, 'proxy-rewards', n)
  if (n % 2 === 0) return fixedPolicy('random').select(features, config.policy.budget, rng)
  const width = features.names.length
  const weights = Float64Array.from(features.names, () => rng.normal())
  const logits = Float64Array.from(features.users, (_, k) => weights.reduce((sum, w, j) => sum + w * features.scaled[k * width + j], 0))
  return topPositions(logits, config.policy.budget).map((k) => features.users[k])
}

function recallOf(lab: Lab, model: ReturnType<Lab['train']>): number {
  const { split, config } = lab.materials
  return average(recallPerUser(lab.recommender(model), rankingTasks(split, 'validation').cold, config.policy.rewardK))
}

function row({ seed, materials }: Lab, policy: string, correlation: number): TrialRow {
  return { policy, seed, factors: {}, users: materials.config.policy.budget, calls: 0, learningCalls: 0, failed: 0, trainings: selections, metrics: { 'rank correlation': correlation }, validation: NaN, userRecall: '' }
}
