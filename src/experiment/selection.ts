import { fixedPolicy } from '../policy/policy.js'
import { average } from '../util/statistics.js'
import { stream } from '../util/random.js'
import { validationRecall } from './episode.js'
import { forgetIterations, keyOf, type OnTraining } from './iteration.js'
import type { LearnedPolicy } from '../policy/learned-policy.js'
import { deploy, trainPolicy } from './policy-training.js'
import type { Trial } from './trial.js'

/** Proxies of each candidate policy that `bestByProxy` averages. */
export const proxiesEach = 3

/** The users that a fixed policy selects [policy.budget]. */
export function fixedSelection({ setup, seed }: Trial, policy: string): Int32Array {
  const { features, config } = setup
  const rng = stream(seed, 'selection', policy)
  return fixedPolicy(policy).select(features, config.policy.budget, rng)
}

/**
 * Selects `policy.budget` users by the name of a policy; `learned` learns one first.
 * @param policy - as `fixedPolicy` takes it, or `learned`
 * @param onTraining - called after each training of the learning
 * @returns user indices, and the policy that was learned for them
 * @throws ConfigError for an unknown policy or feature
 */
export async function selectUsers(
  trial: Trial,
  policy: string,
  onTraining?: OnTraining,
): Promise<{ users: Int32Array; learned?: LearnedPolicy }> {
  if (policy !== 'learned') return { users: fixedSelection(trial, policy) }
  const learned = await trainPolicy(trial, onTraining)
  return { users: deploy(trial, learned), learned }
}

/** Learns a policy, or takes the kept one. @param onTraining - called after each training */
export async function learnedPolicy(trial: Trial, onTraining: OnTraining): Promise<LearnedPolicy> {
  const key = keyOf(trial)
  const learned = await trial.memo.get('policies', key, () => trainPolicy(trial, onTraining))
  forgetIterations(trial, key)
  return learned
}

/**
 * The fixed policy with the best cold recall on the validation half, by the mean of three proxies:
 * few questions and no training.
 */
export async function bestByProxy(
  trial: Trial,
  policies: readonly string[],
  step: () => void = () => undefined,
): Promise<string> {
  const { features, config } = trial.setup
  const values: [string, number][] = []
  for (const policy of policies) {
    const users = fixedPolicy(policy).select(features, config.policy.budget, stream(0))
    const recalls = []
    for (let t = 0; t < proxiesEach; t++) {
      recalls.push(average(await validationRecall(trial, users, t)))
      step()
    }
    values.push([policy, average(recalls)])
  }
  return values.sort((a, b) => b[1] - a[1])[0][0]
}

/** The users highest in each available feature, as fixed policies. */
export function topPolicies({ features }: Trial['setup']): string[] {
  return features.names.map((name) => `top:${name}`)
}
