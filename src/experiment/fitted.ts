import type { Split } from '../dataset/split.js'
import { counted } from '../dataset/wording.js'
import type { ExperimentConfig } from './config.js'
import type { Given } from './given.js'

/** Cut-offs of data with so few new items that the usual ones do not fit. */
const fewItemsKs = [1, 2, 5]

/**
 * Fits the number of users and the cut-offs K to small data, where nobody has given them: half of
 * the users where there are fewer than the budget, and K of at most half of the new items.
 * @param users - number of candidates
 * @returns the configuration, and what was fitted, in sentences
 */
export function fitToData(
  config: ExperimentConfig,
  given: Given,
  { coldItems }: Pick<Split, 'coldItems'>,
  users: number,
): { config: ExperimentConfig; notes: string[] } {
  const { policy, evaluation } = config
  const budget =
    given.includes('policy.budget') || policy.budget <= users
      ? policy.budget
      : Math.max(1, Math.floor(users / 2))
  const { ks, rewardK } = fittedKs(config, given, coldItems)
  const fitted = ks.join() !== evaluation.ks.join() || rewardK !== policy.rewardK
  const items = Math.min(coldItems.validation.length, coldItems.test.length)
  return {
    config: {
      ...config,
      policy: { ...policy, budget, rewardK },
      evaluation: { ...evaluation, ks },
    },
    notes: [
      ...(budget === policy.budget
        ? []
        : [`small data: policy.budget = ${budget} of ${counted(users, 'user')}`]),
      ...(fitted
        ? [
            `small data: evaluation.ks = [${ks.join(', ')}] and policy.rewardK = ${rewardK} ` +
              `for ${counted(items, 'new item')} in a half`,
          ]
        : []),
    ],
  }
}

function fittedKs(
  { policy, evaluation }: ExperimentConfig,
  given: Given,
  { validation, test }: Split['coldItems'],
): { ks: number[]; rewardK: number } {
  const items = Math.min(validation.length, test.length)
  const fits = (k: number) => k <= Math.max(1, items / 2)
  // Without new items nothing is ranked among them.
  if (items === 0 || (fits(Math.max(...evaluation.ks)) && fits(policy.rewardK)))
    return { ks: evaluation.ks, rewardK: policy.rewardK }
  const usual = evaluation.ks.filter(fits)
  const few = usual.length < Math.min(2, evaluation.ks.length)
  const ks = given.includes('evaluation.ks') ? evaluation.ks : few ? fewItemsKs.filter(fits) : usual
  if (given.includes('policy.rewardK')) {
    const { rewardK } = policy
    const own = given.includes('evaluation.ks') ? ks : [...new Set([...ks, rewardK])]
    return { ks: own.sort((a, b) => a - b), rewardK }
  }
  if (fits(policy.rewardK)) return { ks, rewardK: policy.rewardK }
  const rewardK = Math.max(Math.min(...ks), ...ks.filter((k) => k <= items / 4))
  return { ks, rewardK }
}
