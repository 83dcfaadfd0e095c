import type { Stream } from '../util/random.js'
import { drawShelf, type Shop } from './synthetic-shop.js'
import { brands, styles } from './synthetic-words.js'

/** Released items of a shelf that a shopper looks at before one is chosen. */
const glances = 12

/** What is released sells better for a fifth of the time, by this factor. */
const novelty = { lasts: 0.2, factor: 5 }

/** The taste of a generated user. */
export interface Shopper {
  /** How much their taste weighs against chance and popularity, in logits. */
  taste: number
  /** Shelves they like, the one they like most first. */
  shelves: number[]
  /** The style they like. */
  style: number
  /** Brands they like. */
  brands: number[]
  /** Added to every star rating. */
  generosity: number
}

/**
 * Draws a user who makes so many visits. Who buys more buys from more shelves, as in real shops;
 * how much taste weighs does not depend on it.
 */
export function drawShopper(visits: number, rng: Stream): Shopper {
  return {
    taste: 2 * Math.exp(0.5 * rng.normal() - 0.125),
    shelves: Array.from({ length: 2 + rng.below(Math.ceil(visits / 2)) }, () => drawShelf(rng)),
    style: rng.below(styles.length),
    brands: [rng.below(brands.length), rng.below(brands.length), rng.below(brands.length)],
    generosity: 0.4 * rng.normal(),
  }
}

/**
 * Draws the times of a user's visits as shares of the time in which the shop is open, ascending;
 * their number is log-normal around `mean`.
 */
export function drawVisits(mean: number, rng: Stream): number[] {
  const count = Math.max(2, Math.round(mean * Math.exp(0.8 * rng.normal() - 0.32)))
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
    const isNovel = shop.release[item] > 0 && time - shop.release[item] < novelty.lasts
    const appeal = affinity(shop, shopper, item) + (isNovel ? Math.log(novelty.factor) : 0)
    const score = appeal - Math.log(-Math.log(rng.uniform() + 2 ** -33))
    if (score > bestScore) {
      bestScore = score
      best = item
    }
  }
  return best
}

/** Draws an item by popularity from a shelf that the user likes, now and then from any shelf. */
function glanceAt(shop: Shop, shopper: Shopper, rng: Stream): number {
  const index =
    rng.uniform() < 0.85
      ? shopper.shelves[
          Math.min(rng.below(shopper.shelves.length), rng.below(shopper.shelves.length))
        ]
      : drawShelf(rng)
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
  return shopper.taste * match
}

/** Draws the user's rating of an item, in whole stars from 1 to 5. */
export function rate(shop: Shop, shopper: Shopper, item: number, rng: Stream): number {
  const noise = 0.7 * rng.normal()
  const stars = 3.3 + 0.4 * affinity(shop, shopper, item) + shopper.generosity + noise
  return Math.min(5, Math.max(1, Math.round(stars)))
}
