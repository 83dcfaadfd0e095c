import { type Stream, stream } from '../util/random.js'
import type { SyntheticConfig } from './config.js'
import type { ItemText } from './dataset.js'
import { brands, departments, finishes, styles } from './synthetic-words.js'

/** Shelves of all departments: their category path and the nouns that stand on them. */
const shelfPaths = Object.entries(departments).flatMap(([department, shelves]) =>
  Object.entries(shelves).map(([shelf, nouns]) => ({ path: [department, shelf], nouns })),
)

/** Draws a shelf; as in real shops a few of them hold, and sell, much of the whole. */
export function drawShelf(rng: Stream): number {
  return Math.floor(shelfPaths.length * rng.uniform() ** 2)
}

/** Releases as shares of the time in which the shop is open; half of the stock is its first. */
const firstColdRelease = 0.7
const lastColdRelease = 0.9

/** The generated items [numItems]. */
export interface Shop {
  /** Title, category path and brand, which is all that a judge reads. */
  text: ItemText[]
  /** Index of the shelf. */
  shelf: Int32Array
  /** Index of the style, a taste that cuts across the shelves. */
  style: Int32Array
  /** Index of the brand. */
  brand: Int32Array
  /** Share of the time that passes before the item can be bought. */
  release: Float64Array
  /** Items of each shelf, and their popularity summed from the first on. */
  shelves: { items: number[]; cumulative: Float64Array }[]
}

/** Draws the items; `coldShare` of them are released in the last 30 % of the time. */
export function stockShop({ items, coldShare, seed }: SyntheticConfig): Shop {
  const rng = stream(seed, 'synthetic', 'shop')
  const shop: Shop = {
    text: [],
    shelf: new Int32Array(items),
    style: new Int32Array(items),
    brand: new Int32Array(items),
    release: new Float64Array(items),
    shelves: shelfPaths.map(() => ({ items: [], cumulative: new Float64Array(0) })),
  }
  const popularity = new Float64Array(items)
  for (let i = 0; i < items; i++) {
    const shelf = (shop.shelf[i] = drawShelf(rng))
    const style = (shop.style[i] = rng.below(styles.length))
    // A brand keeps to two neighbouring departments.
    const brand = (shop.brand[i] = (Math.floor(shelf / 5) * 10 + rng.below(20)) % brands.length)
    const cold = rng.uniform() < coldShare
    shop.release[i] = drawRelease(cold, rng)
    // Zipf with exponent .6.
    popularity[i] = 1 / Math.pow(1 + rng.below(items), 0.6)
    const { path, nouns } = shelfPaths[shelf]
    const title = drawTitle(brand, style, nouns, rng)
    shop.text.push({ title, categories: [path], brand: brands[brand] })
    shop.shelves[shelf].items.push(i)
  }
  for (const shelf of shop.shelves) {
    let sum = 0
    shelf.cumulative = Float64Array.from(shelf.items, (i) => (sum += popularity[i]))
  }
  return shop
}

function drawRelease(cold: boolean, rng: Stream): number {
  return cold
    ? firstColdRelease + rng.uniform() * (lastColdRelease - firstColdRelease)
    : Math.max(0, (2 * rng.uniform() - 1) * firstColdRelease)
}

function drawTitle(brand: number, style: number, nouns: string[], rng: Stream): string {
  const pick = (list: string[]) => list[rng.below(list.length)]
  return `${brands[brand]} ${pick(styles[style])} ${pick(nouns)}, ${pick(finishes)}`
}
