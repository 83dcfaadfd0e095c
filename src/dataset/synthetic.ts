import { stream } from '../util/random.js'
import { sharedFloat32, sharedFloat64, sharedInt32 } from '../util/typed.js'
import { Column } from './column.js'
import type { SyntheticConfig } from './config.js'
import type { Dataset } from './dataset.js'
import { fingerprint } from './fingerprint.js'
import { stockShop } from './synthetic-shop.js'
import { choose, drawShopper, drawVisits, rate } from './synthetic-shopper.js'

/** The time in which the shop is open: three years from 2020 on, seconds. */
const opening = Date.UTC(2020, 0, 1) / 1000
const openFor = 3 * 365 * 86_400

/**
 * Generates the data set `synthetic`: a shop whose users have tastes (shelves, a style, brands)
 * that the titles of the items speak of, so that a judge who reads titles can do better than
 * chance. The same config gives the same bits on every machine.
 * @example
 * const small = synthesize({ ...readConfig({}).dataset.synthetic, users: 500, items: 300 })
 */
export function synthesize(config: SyntheticConfig): Dataset {
  const shop = stockShop(config)
  const user = new Column(sharedInt32)
  const item = new Column(sharedInt32)
  const timestamp = new Column(sharedFloat64)
  const rating = new Column(sharedFloat32)
  for (let u = 0; u < config.users; u++) {
    const rng = stream(config.seed, 'synthetic', 'user', u)
    const visits = drawVisits(config.interactionsPerUser, rng)
    const shopper = drawShopper(visits.length, rng)
    const bought = new Set<number>()
    for (const time of visits) {
      const chosen = choose(shop, shopper, time, bought, rng)
      if (chosen < 0) continue
      bought.add(chosen)
      user.push(u)
      item.push(chosen)
      timestamp.push(Math.floor(opening + time * openFor))
      rating.push(rate(shop, shopper, chosen, rng))
    }
  }
  const dataset = {
    name: 'synthetic',
    userIds: numbered('u', config.users),
    itemIds: numbered('i', config.items),
    interactions: {
      user: user.view(),
      item: item.view(),
      timestamp: timestamp.view(),
      rating: rating.view(),
    },
    items: shop.text,
    notes: ['a generated shop with planted tastes, not real data'],
  }
  return { ...dataset, fingerprint: fingerprint(dataset) }
}

function numbered(prefix: string, n: number): string[] {
  const width = String(n - 1).length
  return Array.from({ length: n }, (_, i) => prefix + String(i).padStart(width, '0'))
}
