import { pairArrays } from '../pairs.js'
import { planTraining } from '../plan.js'
import type { Tower } from './tower.js'

/** The paper's tower: an embedding an item; cold ones are moved by the pairs alone. */
export const idTower: Tower = {
  name: 'id',
  settings: [],
  fit(input, pairs) {
    if (pairs.length === 0) return input.warmModel()
    const { engine, data, config, items, numUsers, seed } = input
    const arrays = pairArrays(pairs, config.model.pairMargins)
    const shape = { numUsers, numItems: items.length }
    const plan = planTraining(data, arrays, shape, config.model, seed)
    return engine.train(data, arrays, plan, config.model).model
  },
}
