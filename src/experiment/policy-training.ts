import { fixedPolicy } from '../policy/policy.js'
import type { Learner } from '../policy/learner.js'
import { reinforce } from '../policy/learners/reinforce.js'
import { linearScorer } from '../policy/scorer.js'
import { sampleWalk, topPositions } from '../policy/selection.js'
import { stream } from '../util/random.js'
import { runEpisode, validationRecall } from './episode.js'
import type { Lab } from './lab.js'

/** How a policy came to be. */
export interface LearnedPolicy {
  /** The chosen users. */
  users: Int32Array
  /** Weight of each feature, and the bias last. */
  weights: number[]
  /** Mean reward of each iteration. */
  rewards: number[]
  /** Distinct users that were asked while learning: its bill, times pairs a user. */
  usersAsked: number
}

/** Learns by iterations of M episodes, then deploys. @param onEpisode - called after each training */
export async function trainPolicy(lab: Lab, onEpisode?: () => void): Promise<LearnedPolicy> {
  const { config, features } = lab.materials
  const learner: Learner = reinforce(features, linearScorer, config.policy)
  const asked = new Set<number>()
  const baseline = await rewardBaseline(lab, asked, onEpisode)
  const rewards: number[] = []
  for (let iteration = 0; iteration < config.policy.iterations; iteration++) {
    const episodes = []
    for (const [m, proposal] of learner.propose().entries()) {
      const episode = await runEpisode(lab, proposal, baseline, stream(lab.seed, 'policy', iteration, m))
      for (const k of episode.walk.taken) asked.add(k)
      episodes.push(episode)
      onEpisode?.()
    }
    learner.update(episodes)
    rewards.push(episodes.reduce((sum, { reward }) => sum + reward, 0) / episodes.length)
  }
  return { users: deploy(lab, learner), weights: [...learner.weights()], rewards, usersAsked: asked.size }
}

/** Number of trainings that `trainPolicy` makes. */
export function trainingsToLearn({ config, features }: Lab['materials']): number {
  return config.policy.iterations * config.policy.episodes + features.names.length + 1
}

/** Each user's baseline: the mean of its recall without augmentation and its recall averaged over the single-feature selections. */
async function rewardBaseline(lab: Lab, asked: Set<number>, onEpisode?: () => void): Promise<Float64Array> {
  const { features, config } = lab.materials
  const baseline = await validationRecall(lab, new Int32Array(0))
  onEpisode?.()
  const average = new Float64Array(baseline.length)
  for (const name of features.names) {
    const users = fixedPolicy(`top:${name}`).select(features, config.policy.budget, stream(0))
    for (const user of users) asked.add(features.users.indexOf(user))
    const recall = await validationRecall(lab, users)
    recall.forEach((value, k) => (average[k] += value / features.names.length))
    onEpisode?.()
  }
  return baseline.map((value, k) => (value + average[k]) / 2)
}

function deploy({ materials: { config, features }, seed }: Lab, learner: Learner): Int32Array {
  const { budget, deploy, temperature } = config.policy
  const logits = learner.logits()
  const positions =
    deploy === 'top'
      ? topPositions(logits, budget)
      : sampleWalk(logits, Math.min(budget, logits.length), temperature, stream(seed, 'policy', 'deploy')).taken
  return positions.map((k) => features.users[k])
}
