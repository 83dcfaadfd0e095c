import { expect, it } from 'vitest'
import { exposureAt, offsetOfExposure } from '#src/evaluation/shelf.js'
import { stream } from '#src/util/random.js'

const rng = stream(1, 'shelves')
/** Lists of random length and scores, best first. */
const lists = (users: number, k: number) => {
  const items = new Int32Array(users * k).fill(-1)
  const scores = new Float32Array(users * k).fill(NaN)
  for (let n = 0; n < users; n++) {
    const length = 1 + rng.below(k)
    const sorted = Float32Array.from({ length }, () => rng.normal())
      .sort()
      .reverse()
    sorted.forEach((score, j) => {
      items[n * k + j] = j
      scores[n * k + j] = score
    })
  }
  return { items, scores }
}

it('the offset of an exposure gives it, as nearly as whole places can', () => {
  for (let round = 0; round < 20; round++) {
    const users = Int32Array.from({ length: 30 }, (_, n) => n)
    const [numKnown, numFresh] = [1 + rng.below(60), 1 + rng.below(60)]
    const known = lists(users.length, numKnown)
    const fresh = lists(users.length, numFresh)
    const shelves = { users, known, numKnown, fresh, numFresh }
    const [least, most] = [exposureAt(shelves, 50, -1e6), exposureAt(shelves, 50, 1e6)]
    for (const share of [0, 0.1, 0.5, 1]) {
      const offset = offsetOfExposure(shelves, share)
      expect(Number.isFinite(offset)).toBe(true)
      const possible = Math.min(most, Math.max(least, share))
      expect(Math.abs(exposureAt(shelves, 50, offset) - possible)).toBeLessThan(0.01)
    }
  }
})
