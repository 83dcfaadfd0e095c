import { expect, it } from 'vitest'
import { syntheticConfig } from '#src/dataset/config.js'
import { synthesize } from '#src/dataset/synthetic.js'
import { setUp } from '#src/experiment/setup.js'
import { Trial } from '#src/experiment/trial.js'
import { rehearsed } from '#src/launch/expectation.js'
import { rehearseShelf, shelfRehearsal } from '#src/shelf/rehearse.js'

const shop = synthesize(syntheticConfig.parse({ users: 400, items: 400 }))
const settings = { policy: { budget: 20 }, contentMap: { rank: 16 } }
const rehearsal = shelfRehearsal(new Trial(setUp(shop, settings)))
const shelf = rehearseShelf([rehearsal])
const numNew = rehearsal.input.newItems.length
const expected = (newItems: number) => rehearsed([rehearsal], shelf, 10, newItems)

it('hits are expected of as many new items as the launch has, not of all that were pretended', () => {
  const [few, all] = [expected(3), expected(numNew)]
  expect([few.newItems, all.newItems]).toEqual([3, numNew])
  const share = few.ofNew.per1000 / all.ofNew.per1000
  expect(share).toBeGreaterThan(0)
  expect(share).toBeLessThan((3 * 3) / numNew)
  expect(few.knownOnly).toEqual(all.knownOnly)
  expect(few.ofKnown.per1000).toBeGreaterThanOrEqual(all.ofKnown.per1000)
})

it('the interval holds for which of them are new, too', () => {
  const { per1000, interval } = expected(3).ofNew
  // Over users alone, hits of so few items would be a Poisson number.
  const overUsers = 1.96 * 1000 * Math.sqrt(per1000 / 1000 / rehearsal.later.users.length)
  expect(interval[1] - per1000).toBeGreaterThan(overUsers / 2)
})

it('a launch with more new items than were rehearsed is expected to hit as on the rehearsal', () => {
  expect(expected(10 * numNew)).toEqual(expected(numNew))
  expect(expected(3)).toEqual(expected(3))
})
