import { sharedFloat32, sharedFloat64, sharedInt32 } from '../util/typed.js'
import { type Stream, stream } from '../util/random.js'
import type { SyntheticConfig } from './config.js'
import type { Dataset, ItemText } from './dataset.js'
import { fingerprint } from './fingerprint.js'
import { brands, departments, finishes, styles } from './synthetic-words.js'

/*
 * A small shop with something true to find. Every user has tastes (shelves, styles, brands) that the titles of the
 * items speak of, so a judge who reads titles can do better than chance. Users differ in how much their history says:
 *   focused  choose by taste, from few shelves      (a history that tells a lot)
 *   broad    choose by taste, from many shelves
 *   drifter  choose by popularity, and buy a lot    (a long history that tells little)
 * so that history size alone is a fair way to pick users and not the best one. Items have a Zipf popularity and a
 * release date; coldShare of them are released in the last 30 % of the time.
 */
const start = Date.UTC(2020, 0, 1) / 1000
const horizon = 3 * 365 * 86_400
const lastWarmRelease = 0.55
const firstColdRelease = 0.71
const lastColdRelease = 0.9

const kinds = [
  { name: 'focused', share: 0.4, shelves: 2, taste: 2.2, activity: 0.8 },
  { name: 'broad', share: 0.35, shelves: 7, taste: 1.4, activity: 0.9 },
  { name: 'drifter', share: 0.25, shelves: 0, taste: 0, activity: 1.5 },
] as const

interface Shop {
  text: ItemText[]
  shelf: Int32Array
  style: Int32Array
  brand: Int32Array
  /** Share of the horizon that passes before the item can be bought. */
  release: Float64Array
  /** Items of each shelf, and their cumulative popularity. */
  shelves: { items: number[]; cumulative: Float64Array }[]
}

interface Taste {
  kind: (typeof kinds)[number]
  shelves: number[]
  style: number
  brands: number[]
  /** Added to every star rating. */
  generosity: number
}

/** The generated data set `synthetic`: same config, same bits. */
export function synthesize(config: SyntheticConfig): Dataset {
  const shop = stockShop(config)
  const capacity = Math.ceil(config.users * config.interactionsPerUser * 1.3) + 64
  let arrays = allocate(capacity)
  let length = 0
  const bought = new Set<number>()
  for (let user = 0; user < config.users; user++) {
    const rng = stream(config.seed, 'synthetic', 'user', user)
    const taste = drawTaste(rng)
    const visits = drawVisits(config.interactionsPerUser * taste.kind.activity, rng)
    if (length + visits.length > arrays.user.length) arrays = copyInto(allocate(arrays.user.length * 2), arrays)
    bought.clear()
    for (const time of visits) {
      const item = choose(shop, taste, time, bought, rng)
      if (item < 0) continue
      bought.add(item)
      arrays.user[length] = user
      arrays.item[length] = item
      arrays.timestamp[length] = Math.floor(start + time * horizon)
      arrays.rating[length] = rate(affinity(shop, taste, item), taste, rng)
      length++
    }
  }
  const dataset = {
    name: 'synthetic',
    userIds: numbered('u', config.users),
    itemIds: numbered('i', config.items),
    interactions: {
      user: arrays.user.subarray(0, length),
      item: arrays.item.subarray(0, length),
      timestamp: arrays.timestamp.subarray(0, length),
      rating: arrays.rating.subarray(0, length),
    },
    items: shop.text,
    notes: ['a generated shop with planted tastes, not real data'],
  }
  return { ...dataset, fingerprint: fingerprint(dataset) }
}

function allocate(n: number) {
  return { user: sharedInt32(n), item: sharedInt32(n), timestamp: sharedFloat64(n), rating: sharedFloat32(n) }
}

function copyInto(target: ReturnType<typeof allocate>, source: ReturnType<typeof allocate>) {
  target.user.set(source.user)
  target.item.set(source.item)
  target.timestamp.set(source.timestamp)
  target.rating.set(source.rating)
  return target
}

function numbered(prefix: string, n: number): string[] {
  const width = String(n - 1).length
  return Array.from({ length: n }, (_, i) => prefix + String(i).padStart(width, '0'))
}

const shelfPaths = Object.entries(departments).flatMap(([department, shelves]) =>
  Object.entries(shelves).map(([shelf, nouns]) => ({ path: [department, shelf], nouns })),
)

function stockShop({ items, coldShare, seed }: SyntheticConfig): Shop {
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
    const shelf = (shop.shelf[i] = rng.below(shelfPaths.length))
    const style = (shop.style[i] = rng.below(styles.length))
    // A brand keeps to two neighbouring departments.
    const brand = (shop.brand[i] = (Math.floor(shelf / 5) * 10 + rng.below(20)) % brands.length)
    const cold = rng.uniform() < coldShare
    shop.release[i] = cold
      ? firstColdRelease + rng.uniform() * (lastColdRelease - firstColdRelease)
      : Math.max(0, rng.uniform() * 1.4 - 0.4 - (1 - lastWarmRelease))
    popularity[i] = (cold ? 2 : 1) / Math.pow(1 + rng.below(items), 0.6)
    const { path, nouns } = shelfPaths[shelf]
    shop.text.push({ title: title(brand, style, nouns, rng), categories: [path], brand: brands[brand] })
    shop.shelves[shelf].items.push(i)
  }
  for (const shelf of shop.shelves) {
    let sum = 0
    shelf.cumulative = Float64Array.from(shelf.items, (i) => (sum += popularity[i]))
  }
  return shop
}

function title(brand: number, style: number, nouns: string[], rng: Stream): string {
  const pick = (list: string[]) => list[rng.below(list.length)]
  return `${brands[brand]} ${pick(styles[style])} ${pick(nouns)}, ${pick(finishes)}`
}

function drawTaste(rng: Stream): Taste {
  const position = rng.uniform()
  const kind = position < kinds[0].share ? kinds[0] : position < kinds[0].share + kinds[1].share ? kinds[1] : kinds[2]
  return {
    kind,
    shelves: Array.from({ length: kind.shelves }, () => rng.below(shelfPaths.length)),
    style: rng.below(styles.length),
    brands: [rng.below(brands.length), rng.below(brands.length), rng.below(brands.length)],
    generosity: 0.4 * rng.normal(),
  }
}

/** Times of a user's visits as shares of the horizon, ascending; the count is log-normal around `mean`. */
function drawVisits(mean: number, rng: Stream): number[] {
  const count = Math.max(2, Math.round(mean * Math.exp(0.7 * rng.normal() - 0.245)))
  const first = rng.uniform() * 0.75
  const last = Math.min(1, first + 0.25 + rng.uniform() * 0.5)
  return Array.from({ length: count }, () => first + rng.uniform() * (last - first)).sort((a, b) => a - b)
}

/** Looks at up to `glances` released items of a shelf and takes one by softmax of affinity; -1 = nothing found. */
function choose(shop: Shop, taste: Taste, time: number, bought: Set<number>, rng: Stream): number {
  const glances = 12
  let best = -1
  let bestScore = -Infinity
  for (let glance = 0; glance < glances; glance++) {
    const item = glanceAt(shop, taste, rng)
    if (item < 0 || shop.release[item] > time || bought.has(item)) continue
    // Gumbel noise turns the maximum into a softmax draw.
    const score = affinity(shop, taste, item) - Math.log(-Math.log(rng.uniform() + 2 ** -33))
    if (score > bestScore) {
      bestScore = score
      best = item
    }
  }
  return best
}

/** An item of one of the user's shelves (now and then of any shelf), by popularity. */
function glanceAt(shop: Shop, taste: Taste, rng: Stream): number {
  const own = taste.shelves.length > 0 && rng.uniform() < 0.85
  const shelf = shop.shelves[own ? taste.shelves[rng.below(taste.shelves.length)] : rng.below(shop.shelves.length)]
  if (shelf.items.length === 0) return -1
  const target = rng.uniform() * shelf.cumulative[shelf.items.length - 1]
  let low = 0
  let high = shelf.items.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (shelf.cumulative[middle] > target) high = middle
    else low = middle + 1
  }
  return shelf.items[low]
}

function affinity(shop: Shop, taste: Taste, item: number): number {
  const match =
    (shop.style[item] === taste.style ? 1 : 0) +
    (taste.brands.includes(shop.brand[item]) ? 0.7 : 0) +
    (taste.shelves.includes(shop.shelf[item]) ? 0.5 : 0)
  return taste.kind.taste * match
}

/** Whole stars, 1 to 5. */
function rate(liking: number, taste: Taste, rng: Stream): number {
  const stars = 3.3 + 0.45 * liking + taste.generosity + (taste.kind.taste === 0 ? 1.1 : 0.5) * rng.normal()
  return Math.min(5, Math.max(1, Math.round(stars)))
}
