import type { UserFeatures } from '../features/features.js'
import { withCandidates } from '../features/narrow.js'
import { learners } from '../policy/learners/index.js'
import type { LearnedPolicy, LearningRun } from '../policy/learned-policy.js'
import { fixedPolicy } from '../policy/policy.js'
import type { Scorer } from '../policy/scorer.js'
import { scorerOf } from '../policy/scorers/index.js'
import { sampleWalk, sigmoid, topPositions } from '../policy/selection.js'
import { sampleDistinct, stream } from '../util/random.js'
import { average } from '../util/statistics.js'
import type { ExperimentConfig } from './config.js'
import { validationRecall } from './episode.js'
import { keptBaseline, keyOf, type Learning, type OnTraining, runIteration } from './iteration.js'
import type { Trial } from './trial.js'

/**
 * Learns a selection policy: `policy.runs` runs of `policy.iterations` updates, each over
 * `policy.episodes` episodes (select, augment, train, evaluate).
 * @param onTraining - called after each training; `trainingsToLearn` says how many there will be
 * @throws ProviderError where the judge answers no more; InterruptedError when the signal fires
 */
export async function trainPolicy(
  trial: Trial,
  onTraining: OnTraining = () => undefined,
): Promise<LearnedPolicy> {
  const { policy } = trial.setup.config
  const own = { trial, features: learningFeatures(trial), key: keyOf(trial), onTraining }
  const { features } = own
  const asked = new Set(baselineSelections(own).flatMap((users) => [...users]))
  const baseline = await keptBaseline(own, () => rewardBaseline(own))
  const runs: LearningRun[] = []
  for (let run = 0; run < policy.runs; run++)
    runs.push(await learn({ ...own, baseline }, run, asked))
  return {
    features: features.names,
    runs,
    usersAsked: asked.size,
    trainings: trainingsToLearn(trial.setup),
  }
}

/** Number of trainings that `trainPolicy` makes. */
export function trainingsToLearn({
  config: { policy },
  features,
}: {
  config: Pick<ExperimentConfig, 'policy'>
  features: { readonly names: readonly string[] }
}): number {
  return (
    policy.runs * policy.iterations * policy.episodes +
    1 +
    (learners.get(policy.learner).space === 'action' ? features.names.length : 0)
  )
}

/**
 * Logits of a learned policy for candidates, which may be of other data than it was learned on: the
 * mean of the standardised logits of its runs [n].
 */
export function logitsOf(
  learned: LearnedPolicy,
  scorer: Scorer,
  features: UserFeatures,
): Float64Array {
  const sum = new Float64Array(features.users.length)
  for (const { weights } of learned.runs) {
    const logits = scorer.logits(features, Float64Array.from(weights))
    const mean = average(logits)
    const deviation = Math.sqrt(average(logits.map((logit) => (logit - mean) ** 2))) || 1
    for (let k = 0; k < sum.length; k++)
      sum[k] += (logits[k] - mean) / deviation / learned.runs.length
  }
  return sum
}

/** Selects `policy.budget` users by a learned policy, from all candidates: user indices. */
export function deploy(
  { setup: { config, features }, seed }: Pick<Trial, 'setup' | 'seed'>,
  learned: LearnedPolicy,
): Int32Array {
  const { budget, deploy, temperature } = config.policy
  const logits = logitsOf(learned, scorerOf(config.policy), features)
  const positions =
    deploy === 'top'
      ? topPositions(logits, budget)
      : sampleWalk(
          logits,
          Math.min(budget, logits.length),
          temperature,
          stream(seed, 'policy', 'deploy'),
        ).taken
  return positions.map((k) => features.users[k])
}

async function learn(learning: Learning, run: number, asked: Set<number>): Promise<LearningRun> {
  const { trial, features } = learning
  const { policy } = trial.setup.config
  const learner = learners
    .get(policy.learner)
    .make(features, scorerOf(policy), policy, stream(trial.seed, 'learner', run))
  const result: LearningRun = {
    weights: [],
    path: [],
    rewards: [],
    deviations: [],
    overlaps: [],
    effectiveUsers: 0,
    entropy: 0,
  }
  const times = new Float64Array(features.users.length)
  let before = new Set<number>()
  for (let iteration = 0; iteration < policy.iterations; iteration++) {
    const proposals = learner.propose()
    const episodes = await runIteration(learning, proposals, [run, iteration])
    for (const { walk } of episodes)
      for (const k of walk.taken) {
        asked.add(features.users[k])
        times[k]++
      }
    learner.update(episodes)
    result.path.push([...learner.weights()])
    const rewards = episodes.map(({ reward }) => reward)
    result.rewards.push(average(rewards))
    trial.options.onIteration?.({
      learner: policy.learner,
      iteration: run * policy.iterations + iteration + 1,
      iterations: policy.runs * policy.iterations,
      reward: average(rewards),
    })
    result.deviations.push(deviationOf(rewards))
    const top = topPositions(learner.logits(), policy.budget)
    if (iteration > 0) result.overlaps.push(average(top.map((k) => Number(before.has(k)))))
    before = new Set(top)
  }
  result.weights = [...learner.weights()]
  result.effectiveUsers = Math.exp(entropyOf(times))
  result.entropy = average(
    learner.logits().map((logit) => binaryEntropy(sigmoid(logit / policy.temperature))),
  )
  return result
}

/** The candidates that learning may ask: everybody, or a random pool. */
export function learningFeatures({ setup: { config, features }, seed }: Trial): UserFeatures {
  const { pool } = config.policy
  const n = features.users.length
  if (pool === null || pool >= n) return features
  return withCandidates(features, sampleDistinct(n, pool, stream(seed, 'pool')).sort())
}

/**
 * Each user's baseline: the mean of its recall without augmentation and, for learners in action
 * space, its recall averaged over the single-feature selections. Learners in parameter space only
 * compare episodes: the first is enough.
 */
async function rewardBaseline(learning: Omit<Learning, 'baseline'>): Promise<Float64Array> {
  const { trial, onTraining } = learning
  const none = await validationRecall(trial, new Int32Array(0), 0)
  onTraining()
  const selections = baselineSelections(learning)
  if (selections.length === 0) return none
  const ofFeatures = new Float64Array(none.length)
  for (const users of selections) {
    const recall = await validationRecall(trial, users, 0)
    recall.forEach((value, k) => (ofFeatures[k] += value / selections.length))
    onTraining()
  }
  return none.map((value, k) => (value + ofFeatures[k]) / 2)
}

/** The single-feature selections of the baseline. */
function baselineSelections({ trial, features }: Pick<Learning, 'trial' | 'features'>) {
  const { policy } = trial.setup.config
  if (learners.get(policy.learner).space === 'parameter') return []
  return features.names.map((name) =>
    fixedPolicy(`top:${name}`).select(features, policy.budget, stream(0)),
  )
}

/** The sample's standard deviation, with n - 1 in the denominator. */
function deviationOf(values: number[]): number {
  const mean = average(values)
  return Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1))
}

/** Entropy of counts, nats. */
function entropyOf(counts: Float64Array): number {
  const total = counts.reduce((sum, n) => sum + n, 0)
  return counts.reduce((sum, n) => (n > 0 ? sum - (n / total) * Math.log(n / total) : sum), 0)
}

function binaryEntropy(p: number): number {
  return p <= 0 || p >= 1 ? 0 : -p * Math.log(p) - (1 - p) * Math.log1p(-p)
}
