import type { UserFeatures } from '../features/features.js'
import type { PolicyConfig } from '../policy/config.js'
import type { Episode, Proposal } from '../policy/learner.js'
import { sampleWalk, topPositions, type Walk } from '../policy/selection.js'
import type { TwoTowerModel } from '../two-tower/engine.js'
import type { PreferencePair } from '../augmentation/augmenter.js'
import type { Stream } from '../util/random.js'
import type { Trial } from './trial.js'

/**
 * The loop: select, augment, train, evaluate; the reward is what recall gained over the baseline.
 */
export async function runEpisode(
  trial: Trial,
  features: UserFeatures,
  proposal: Proposal,
  baseline: Float64Array,
  t: number,
  rng: Stream,
): Promise<Episode> {
  const walk = drawWalk(trial, proposal, rng)
  const users = walk.taken.map((k) => features.users[k])
  const recall = await validationRecall(trial, users, t)
  return { proposal, walk, ...reward(trial, features, recall, baseline) }
}

/**
 * recall@K on the validation half after asking `users`, of each user with something to find there.
 */
export async function validationRecall(
  trial: Trial,
  users: Int32Array,
  t: number,
): Promise<Float64Array> {
  const { pairs } = await trial.learningAugmenter.augment(users)
  const model = rewardModel(trial, pairs, trial.setup.config.policy.reward, t)
  return trial.coldRecall(model, 'validation')
}

/** The model that a reward is measured on: a full training, or one of its cheaper proxies. */
export function rewardModel(
  trial: Trial,
  pairs: PreferencePair[],
  kind: PolicyConfig['reward'],
  t: number,
): TwoTowerModel {
  if (kind === 'proxy') return trial.fitColdItems(pairs, t)
  if (kind === 'fine-tune') return trial.train(pairs, t, 1, trial.warmModel(t))
  return trial.train(pairs, t, kind === 'early-stop' ? 1 : undefined)
}

/** Selects users by a proposal; the same stream draws the same ones. */
export function drawWalk({ setup }: Trial, { logits, draw }: Proposal, rng: Stream): Walk {
  const { budget, temperature } = setup.config.policy
  if (draw === 'walk') return sampleWalk(logits, Math.min(budget, logits.length), temperature, rng)
  const taken = topPositions(logits, budget)
  return { taken, visited: taken, accepted: new Uint8Array(taken.length).fill(1) }
}

function reward(
  { setup }: Trial,
  features: UserFeatures,
  recall: Float64Array,
  baseline: Float64Array,
): Pick<Episode, 'reward' | 'userReward'> {
  const { users } = setup.split.relevant.validation
  const gain = new Float64Array(setup.dataset.userIds.length)
  let sum = 0
  for (let k = 0; k < users.length; k++) sum += gain[users[k]] = recall[k] - baseline[k]
  const userReward = new Float64Array(features.users.length)
  for (let k = 0; k < userReward.length; k++) userReward[k] = gain[features.users[k]]
  return { reward: sum / users.length, userReward }
}
