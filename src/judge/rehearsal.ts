import { trainPart } from '../dataset/train-part.js'
import { type Setup, setUp } from '../experiment/setup.js'
import { UnderstudyError } from '../util/errors.js'

/**
 * The train part split again in the same way, so that what is pretended cold is late, as new items
 * are; at random where that leaves too few items or users to tell anything.
 */
export function rehearsalOf({ dataset, split, config, given }: Setup): Setup {
  const part = trainPart(dataset, split)
  const enough = ({ split }: Setup) =>
    (['validation', 'test'] as const).every(
      (half) =>
        split.coldItems[half].length >= 2 * config.policy.rewardK &&
        split.relevant[half].users.length >= 200,
    )
  if (config.split.kind === 'temporal') {
    try {
      const rehearsal = setUp(part, config, [], given)
      if (enough(rehearsal)) return rehearsal
    } catch (error) {
      if (!(error instanceof UnderstudyError)) throw error
    }
  }
  const [cold, warm] = [split.coldItems.all.length, split.warmItems.length]
  const coldShare = Math.min(0.5, Math.max(0.05, cold / (cold + warm)))
  const random = { ...config.split, kind: 'random' as const, coldShare }
  return setUp(part, { ...config, split: random }, [], given)
}
