import { describe, expect, it } from 'vitest'
import { syntheticConfig } from '#src/dataset/config.js'
import { synthesize } from '#src/dataset/synthetic.js'
import { setUp } from '#src/experiment/setup.js'
import { Trial } from '#src/experiment/trial.js'
import { calibrate } from '#src/shelf/calibration.js'
import { rehearseShelf, shelfRehearsal } from '#src/shelf/rehearse.js'
import { exposureAt, offsetOfExposure, shelfNdcg, shelvesOf } from '#src/evaluation/shelf.js'
import { foldedModel, signalsOf, type SignalWeights } from '#src/two-tower/signals.js'
import { average } from '#src/util/statistics.js'

const shop = synthesize(syntheticConfig.parse({ users: 400, items: 400 }))
const trial = new Trial(setUp(shop, { policy: { budget: 20 }, contentMap: { rank: 16 } }))
const rehearsal = shelfRehearsal(trial)
const { input, later } = rehearsal
const weights: SignalWeights = { map: 2, text: 3, popularity: 0.5, intercept: -1 }

describe('folded vectors', () => {
  it('have the weighted sum of the signals as the dot product with a new item', () => {
    const { dim, users, items } = foldedModel(input, weights)
    const signals = signalsOf(input)
    for (const [user, item] of [
      [3, input.newItems[0]],
      [50, input.newItems[7]],
    ]) {
      let dot = 0
      for (let d = 0; d < dim; d++) dot += users[user * dim + d] * items[item * dim + d]
      const [map, text, popularity] = signals(user, item)
      expect(dot).toBeCloseTo(2 * map + 3 * text + 0.5 * popularity - 1, 4)
    }
  })

  it('have the two-tower score as the dot product with a known item', () => {
    const { dim, users, items } = foldedModel(input, weights)
    const { model, knownItems } = input
    let [folded, own] = [0, 0]
    for (let d = 0; d < dim; d++) folded += users[5 * dim + d] * items[knownItems[9] * dim + d]
    for (let d = 0; d < model.dim; d++)
      own += model.users[5 * model.dim + d] * model.items[knownItems[9] * model.dim + d]
    expect(folded).toBeCloseTo(own, 6)
  })
})

describe('a shelf', () => {
  const shelves = shelvesOf(input, weights, later.users)

  it('shows more new items the higher their offset, from none to nothing else', () => {
    const exposure = [-100, 0, 100].map((offset) => exposureAt(shelves, 50, offset))
    expect(exposure[0]).toBe(0)
    expect(exposure[2]).toBe(1)
    expect(exposure[1]).toBeGreaterThanOrEqual(exposure[0])
  })

  it('can hold a wanted share of new items', () => {
    for (const share of [0.05, 0.2, 0.5])
      expect(exposureAt(shelves, 50, offsetOfExposure(shelves, share))).toBeCloseTo(share, 2)
  })

  it('has ndcg 1 where exactly what comes later stands first', () => {
    const users = Int32Array.of(0)
    const known = { items: Int32Array.of(4, 5), scores: Float32Array.of(2, 1) }
    const fresh = { items: Int32Array.of(9), scores: Float32Array.of(3) }
    const own = { users, known, numKnown: 2, fresh, numFresh: 1 }
    const wanted = { users, start: Int32Array.of(0, 2), item: Int32Array.of(4, 9) }
    expect(shelfNdcg(own, wanted)[0]).toBe(1)
    expect(shelfNdcg(own, wanted, -10)[0]).toBeLessThan(1)
  })
})

describe('a calibration on a rehearsal', () => {
  it('makes the shelf better than new items as they are, and is the same every time', () => {
    const asIs = { map: 1, text: 0, popularity: 0, intercept: 0 }
    const ndcg = (own: SignalWeights) =>
      average(shelfNdcg(shelvesOf(input, own, later.users), later))
    const { weights: fitted } = calibrate(input, later)
    expect(ndcg(fitted)).toBeGreaterThan(ndcg(asIs))
    expect(calibrate(input, later).weights).toEqual(fitted)
  })

  it('uses the named signals alone', () => {
    const { weights: own } = calibrate(input, later, ['text'])
    expect(own).toMatchObject({ map: 0, popularity: 0 })
    expect(own.text).not.toBe(0)
  })

  it('chooses the signals that find new items best on rehearsals', () => {
    const { signals, ndcg } = rehearseShelf([rehearsal])
    const chosen = ndcg.find((one) => one.signals === signals)!
    expect(chosen.value).toBe(Math.max(...ndcg.map(({ value }) => value)))
  })
})
