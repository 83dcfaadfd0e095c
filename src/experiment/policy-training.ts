import type { UserFeatures } from '../features/features.js'
import { learners } from '../policy/learners/index.js'
import { fixedPolicy } from '../policy/policy.js'
import { type Scorer, scorerOf } from '../policy/scorer.js'
import { sampleWalk, sigmoid, topPositions } from '../policy/selection.js'
import { sampleDistinct, stream } from '../util/random.js'
import { runEpisode, validationRecall } from './episode.js'
import type { Lab } from './lab.js'
import { withCandidates } from './restrict.js'

/** One run of a learner: JSON, so that it can be kept and used on other data. */
export interface LearningRun {
  /** Weights of the scorer; of `linear`: one a feature, the bias last. */
  weights: number[]
  /** The same after each iteration. */
  path: number[][]
  /** Mean reward of each iteration, and its standard deviation over the episodes. */
  rewards: number[]
  deviations: number[]
  /** Of the top N after each iteration, the share that was there an iteration before. */
  overlaps: number[]
  /** exp(entropy) of how often each user was taken, over the run. */
  effectiveUsers: number
  /** Mean entropy of pi(a | f) over candidates at the end, nats; ln 2 = .693 is a coin. */
  entropy: number
}

/** A learned policy. */
export interface LearnedPolicy {
  /** Features it reads, in the order of its weights. */
  features: string[]
  runs: LearningRun[]
  /** Distinct users that were asked while learning: the bill of learning, times pairs a user. */
  usersAsked: number
  trainings: number
}

/** Learns by iterations of M episodes, several times. @param onTraining - called after each training */
export async function trainPolicy(lab: Lab, onTraining?: () => void): Promise<LearnedPolicy> {
  const { policy } = lab.materials.config
  const features = learningFeatures(lab)
  const asked = new Set<number>()
  const baseline = await rewardBaseline(lab, features, asked, onTraining)
  const runs: LearningRun[] = []
  for (let run = 0; run < policy.runs; run++) runs.push(await learn(lab, features, run, baseline, asked, onTraining))
  return { features: features.names, runs, usersAsked: asked.size, trainings: trainingsToLearn(lab.materials) }
}

/** Number of trainings that `trainPolicy` makes. */
export function trainingsToLearn({ config: { policy }, features }: Lab['materials']): number {
  return policy.runs * policy.iterations * policy.episodes + 1 + (inActionSpace(policy.learner) ? features.names.length : 0)
}

/** Logits of a learned policy for candidates, who may be of other data than it was learned on: the mean of the runs' standardised logits [n]. */
export function logitsOf(learned: LearnedPolicy, scorer: Scorer, features: UserFeatures): Float64Array {
  const sum = new Float64Array(features.users.length)
  for (const { weights } of learned.runs) {
    const logits = scorer.logits(features, Float64Array.from(weights))
    const mean = logits.reduce((a, b) => a + b, 0) / logits.length
    const deviation = Math.sqrt(logits.reduce((a, b) => a + (b - mean) ** 2, 0) / logits.length) || 1
    for (let k = 0; k < sum.length; k++) sum[k] += (logits[k] - mean) / deviation / learned.runs.length
  }
  return sum
}

/** The users that a learned policy selects from all candidates. */
export function deploy({ materials: { config, features }, seed }: Lab, learned: LearnedPolicy): Int32Array {
  const { budget, deploy, temperature } = config.policy
  const logits = logitsOf(learned, scorerOf(config.policy), features)
  const positions =
    deploy === 'top' ? topPositions(logits, budget) : sampleWalk(logits, Math.min(budget, logits.length), temperature, stream(seed, 'policy', 'deploy')).taken
  return positions.map((k) => features.users[k])
}

async function learn(lab: Lab, features: UserFeatures, run: number, baseline: Float64Array, asked: Set<number>, onTraining?: () => void): Promise<LearningRun> {
  const { policy } = lab.materials.config
  const learner = learners[policy.learner](features, scorerOf(policy), policy, stream(lab.seed, 'learner', run))
  const result: LearningRun = { weights: [], path: [], rewards: [], deviations: [], overlaps: [], effectiveUsers: 0, entropy: 0 }
  const times = new Float64Array(features.users.length)
  let before = new Set<number>()
  for (let iteration = 0; iteration < policy.iterations; iteration++) {
    const episodes = []
    for (const [m, proposal] of learner.propose().entries()) {
      // Each run has a warm model of its own, so that a policy does not fit the accidents of one.
      const episode = await runEpisode(lab, features, proposal, baseline, run, stream(lab.seed, 'policy', run, iteration, m))
      for (const k of episode.walk.taken) {
        asked.add(features.users[k])
        times[k]++
      }
      episodes.push(episode)
      onTraining?.()
    }
    learner.update(episodes)
    result.path.push([...learner.weights()])
    const rewards = episodes.map(({ reward }) => reward)
    const mean = rewards.reduce((sum, r) => sum + r, 0) / rewards.length
    result.rewards.push(mean)
    result.deviations.push(Math.sqrt(rewards.reduce((sum, r) => sum + (r - mean) ** 2, 0) / (rewards.length - 1)))
    const top = topPositions(learner.logits(), policy.budget)
    if (iteration > 0) result.overlaps.push(top.reduce((sum, k) => sum + Number(before.has(k)), 0) / top.length)
    before = new Set(top)
  }
  result.weights = [...learner.weights()]
  result.effectiveUsers = Math.exp(entropyOf(times))
  result.entropy = learner.logits().reduce((sum, logit) => sum + binaryEntropy(sigmoid(logit / policy.temperature)), 0) / features.users.length
  return result
}

/** The candidates that learning may ask: everybody, or a random pool. */
function learningFeatures({ materials: { config, features }, seed }: Lab): UserFeatures {
  const { pool } = config.policy
  const n = features.users.length
  if (pool === null || pool >= n) return features
  return withCandidates(features, sampleDistinct(n, pool, stream(seed, 'pool')).sort())
}

/**
 * Each user's baseline: the mean of its recall without augmentation and, for learners in action space, its recall
 * averaged over the single-feature selections. Learners in parameter space only compare episodes: the first is enough.
 */
async function rewardBaseline(lab: Lab, features: UserFeatures, asked: Set<number>, onTraining?: () => void): Promise<Float64Array> {
  const { policy } = lab.materials.config
  const none = await validationRecall(lab, new Int32Array(0), 0)
  onTraining?.()
  if (!inActionSpace(policy.learner)) return none
  const average = new Float64Array(none.length)
  for (const name of features.names) {
    const users = fixedPolicy(`top:${name}`).select(features, policy.budget, stream(0))
    for (const user of users) asked.add(user)
    const recall = await validationRecall(lab, users, 0)
    recall.forEach((value, k) => (average[k] += value / features.names.length))
    onTraining?.()
  }
  return none.map((value, k) => (value + average[k]) / 2)
}

function inActionSpace(learner: string): boolean {
  return learner !== 'pgpe' && learner !== 'cem'
}

/** Of counts, nats. */
function entropyOf(counts: Float64Array): number {
  const total = counts.reduce((sum, n) => sum + n, 0)
  return counts.reduce((sum, n) => (n > 0 ? sum - (n / total) * Math.log(n / total) : sum), 0)
}

function binaryEntropy(p: number): number {
  return p <= 0 || p >= 1 ? 0 : -p * Math.log(p) - (1 - p) * Math.log1p(-p)
}
