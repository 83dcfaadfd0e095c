import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { syntheticConfig } from './config.js'
import { synthesize } from './synthetic.js'
import { csv } from '../util/csv.js'

/**
 * Writes a generated shop as two CSV files, as an export of a real one may look: orders with the
 * columns `customer`, `sku` and `time` (seconds), products with `sku`, `title`, `categories` and
 * `brand`.
 * @returns the paths of the files
 * @example
 * const { interactions, items } = writeExampleShop('shop', { users: 1000, items: 800 })
 */
export function writeExampleShop(
  folder: string,
  size: { users: number; items: number },
): { interactions: string; items: string } {
  const { interactions: all, items, userIds, itemIds } = synthesize(syntheticConfig.parse(size))
  const orders = Array.from(all.user, (user, k) => [
    userIds[user],
    itemIds[all.item[k]],
    all.timestamp![k],
  ])
  const products = items.map(({ title = '', categories = [], brand = '' }, k) => [
    itemIds[k],
    title,
    categories.map((path) => path.join(' > ')).join('|'),
    brand,
  ])
  mkdirSync(folder, { recursive: true })
  const files = { interactions: join(folder, 'orders.csv'), items: join(folder, 'products.csv') }
  writeFileSync(files.interactions, csv(['customer', 'sku', 'time'], orders))
  writeFileSync(files.items, csv(['sku', 'title', 'categories', 'brand'], products))
  return files
}
