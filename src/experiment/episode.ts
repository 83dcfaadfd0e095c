import { recallPerUser } from '../evaluation/evaluate.js'
import type { Episode, Proposal } from '../policy/learner.js'
import { sampleWalk, topPositions, type Walk } from '../policy/selection.js'
import type { Stream } from '../util/random.js'
import { type Lab, rankingTasks } from './lab.js'

/** The loop: select, augment, train, evaluate; the reward is what recall gained over the baseline. */
export async function runEpisode(lab: Lab, proposal: Proposal, baseline: Float64Array, rng: Stream): Promise<Episode> {
  const walk = draw(lab, proposal, rng)
  const users = walk.taken.map((k) => lab.materials.features.users[k])
  const recall = await validationRecall(lab, users)
  return { proposal, walk, ...reward(lab, recall, baseline) }
}

/** recall@K on the validation half after asking `users`, of each user with something to find there. */
export async function validationRecall(lab: Lab, users: Int32Array): Promise<Float64Array> {
  const { config, split } = lab.materials
  const { pairs } = await lab.augmenter.augment(users)
  const model = config.policy.reward === 'proxy' ? lab.fitColdItems(pairs) : lab.train(pairs)
  return recallPerUser(lab.recommender(model), rankingTasks(split, 'validation').cold, config.policy.rewardK)
}

function draw({ materials }: Lab, { logits, draw }: Proposal, rng: Stream): Walk {
  const { budget, temperature } = materials.config.policy
  if (draw === 'walk') return sampleWalk(logits, Math.min(budget, logits.length), temperature, rng)
  const taken = topPositions(logits, budget)
  return { taken, visited: taken, accepted: new Uint8Array(taken.length).fill(1) }
}

function reward({ materials }: Lab, recall: Float64Array, baseline: Float64Array): Pick<Episode, 'reward' | 'userReward'> {
  const { users } = materials.split.relevant.validation
  const position = new Map(Array.from(materials.features.users, (user, k) => [user, k]))
  const userReward = new Float64Array(materials.features.users.length)
  let sum = 0
  for (const [k, user] of users.entries()) {
    const gain = recall[k] - baseline[k]
    sum += gain
    userReward[position.get(user)!] = gain
  }
  return { reward: sum / users.length, userReward }
}
