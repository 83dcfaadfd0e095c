import { describe, expect, it } from 'vitest'
import { towers } from '#src/two-tower/towers/index.js'
import type { Preference } from '#src/two-tower/pairs.js'
import type { Recommender } from '#src/two-tower/recommender.js'
import type { Tower, TowerInput } from '#src/two-tower/towers/tower.js'
import { type Candidate, conformance } from './tower.js'

/** A class, as people write them: an item is worth what its brand sold, and what users prefer. */
class BrandTower implements Tower {
  readonly name = 'brand'
  readonly settings = []

  fit(input: TowerInput, pairs: readonly Preference[]): Recommender {
    const worth = this.sales(input)
    for (const { preferred, other } of pairs) {
      worth[preferred]++
      worth[other]--
    }
    return {
      score: (users, items, out) =>
        users.forEach((_, row) =>
          out.set(
            items.map((k) => worth[k]),
            row * items.length,
          ),
        ),
    }
  }

  private sales({ items, popularity }: TowerInput): Float32Array {
    const sold = new Map<string | undefined, number>()
    items.forEach(({ brand }, k) => sold.set(brand, (sold.get(brand) ?? 0) + popularity[k]))
    return Float32Array.from(items, ({ brand }) => sold.get(brand)!)
  }
}

towers.add(new BrandTower())

const candidates: Candidate[] = [
  { tower: 'id', warmItems: 'warm model' },
  { tower: 'content-map', warmItems: 'warm model' },
  { tower: 'content-knn', warmItems: 'warm model', deterministic: true },
  { tower: 'content-nearest', warmItems: 'no vectors', deterministic: true },
  { tower: 'similar-popularity', warmItems: 'warm model', deterministic: true },
  { tower: 'content', warmItems: 'warm model' },
  { tower: 'bag', warmItems: 'own training' },
  { tower: 'brand', warmItems: 'no vectors', deterministic: true },
]

describe.each(candidates)('the tower $tower', conformance)

it('the registry has an example in this suite for each of its entries', () => {
  expect(candidates.map(({ tower }) => tower)).toEqual(towers.names())
})
