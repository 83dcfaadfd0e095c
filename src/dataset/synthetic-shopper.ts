import type { Stream } from '../util/random.js'
import { numShelves, type Shop } from './synthetic-shop.js'
import { brands, styles } from './synthetic-words.js'

/**
 * Users differ in how much their history says:
 *   focused  choose by taste, from few shelves      (a history that tells a lot)
 *   broad    choose by taste, from many shelves
 *   drifter  choose by popularity, and buy a lot    (a long history that tells little)
 * so that history size alone is a fair way to select users and not the best one.
 */
const kinds = [
  { name: 'focused', share: 0.4, shelves: 2, taste: 2.2, activity: 0.8 },
  { name: 'broad', share: 0.35, shelves: 7, taste: 1.4, activity: 0.9 },
  { name: 'drifter', share: 0.25, shelves: 0, taste: 0, activity: 1.5 },
] as const

/** Released items of a shelf that a shopper looks at before one is chosen. */
const glances = 12

/** The taste of a generated user. */
export interface Shopper {
  /** How much the history says. */
  kind: (typeof kinds)[number]
  /** Shelves they like. */
  shelves: number[]
  /** The style they like. */
  style: number
  /** Brands they like. */
  brands: number[]
  /** Added to every star rating. */
  generosity: number
}

/** Draws a user. */
export function drawShopper(rng: Stream): Shopper {
  const position = rng.uniform()
  const [focused, broad, drifter] = kinds
  const kind =
    position < focused.share ? focused : position < focused.share + broad.share ? broad : drifter
  return {
    kind,
    shelves: Array.from({ length: kind.shelves }, () => rng.below(numShelves)),
    style: rng.below(styles.length),
    brands: [rng.below(brands.length), rng.below(brands.length), rng.below(brands.length)],
    generosity: 0.4 * rng.normal(),
  }
}

/**
 * Draws the times of a user's visits as shares of the time in which the shop is open, ascending;
 * their number is log-normal around `mean` times the activity of the user's kind.
 */
export function drawVisits({ kind }: Shopper, mean: number, rng: Stream): number[] {
  const expected = mean * kind.activity
  const count = Math.max(2, Math.round(expected * Math.exp(0.7 * rng.normal() - 0.245)))
  const first = rng.uniform() * 0.75
  const last = Math.min(1, first + 0.25 + rng.uniform() * 0.5)
  const times = Array.from({ length: count }, () => first + rng.uniform() * (last - first))
  return times.sort((a, b) => a - b)
}

/**
 * Chooses one of the released items that the user glances at and has not bought, by softmax of
 * affinity.
 * @returns the item, or -1 when there is none
 */
export function choose(
  shop: Shop,
  shopper: Shopper,
  time: number,
  bought: Set<number>,
  rng: Stream,
): number {
  let best = -1
  let bestScore = -Infinity
  for (let glance = 0; glance < glances; glance++) {
    const item = glanceAt(shop, shopper, rng)
    if (item < 0 || shop.release[item] > time || bought.has(item)) continue
    // Gumbel noise turns the maximum into a softmax draw.
    const score = affinity(shop, shopper, item) - Math.log(-Math.log(rng.uniform() + 2 ** -33))
    if (score > bestScore) {
      bestScore = score
      best = item
    }
  }
  return best
}

/** Draws an item by popularity from a shelf that the user likes, now and then from any shelf. */
function glanceAt(shop: Shop, shopper: Shopper, rng: Stream): number {
  const own = shopper.shelves.length > 0 && rng.uniform() < 0.85
  const index = own
    ? shopper.shelves[rng.below(shopper.shelves.length)]
    : rng.below(shop.shelves.length)
  const { items, cumulative } = shop.shelves[index]
  if (items.length === 0) return -1
  const target = rng.uniform() * cumulative[items.length - 1]
  let low = 0
  let high = items.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (cumulative[middle] > target) high = middle
    else low = middle + 1
  }
  return items[low]
}

function affinity(shop: Shop, shopper: Shopper, item: number): number {
  const match =
    (shop.style[item] === shopper.style ? 1 : 0) +
    (shopper.brands.includes(shop.brand[item]) ? 0.7 : 0) +
    (shopper.shelves.includes(shop.shelf[item]) ? 0.5 : 0)
  return shopper.kind.taste * match
}

/** Draws the user's rating of an item, in whole stars from 1 to 5. */
export function rate(shop: Shop, shopper: Shopper, item: number, rng: Stream): number {
  const noise = (shopper.kind.taste === 0 ? 1.1 : 0.5) * rng.normal()
  const stars = 3.3 + 0.45 * affinity(shop, shopper, item) + shopper.generosity + noise
  return Math.min(5, Math.max(1, Math.round(stars)))
}
