import { itemBags } from '../bags.js'
import type { TwoTowerModel } from '../engine.js'
import { pairArrays } from '../pairs.js'
import { planTraining } from '../plan.js'
import { onTopOf } from './prior.js'
import type { Tower, TowerInput } from './tower.js'

/** An item is the sum of the embeddings of its tokens; pairs are fitted on top of it. */
export const bagTower: Tower = {
  name: 'bag',
  settings: ['bag'],
  fit: (input, pairs) => onTopOf(input, bagModel(input), pairs),
}

function bagModel(input: TowerInput): TwoTowerModel {
  return input.once('bag', () => {
    const { engine, items, numUsers, seed } = input
    const config = { ...input.config.model, ...input.config.bag }
    const { bags, numTokens } = itemBags(items)
    const data = { ...input.data, bags }
    const none = pairArrays([])
    const plan = planTraining(data, none, { numUsers, numItems: numTokens }, config, seed)
    return engine.train(data, none, plan, config).model
  })
}
