import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { understudy } from '../support/command.js'
import { sharedFolder } from '../support/files.js'

const folder = sharedFolder()

it('a CSV of orders and a CSV of products go through all commands', () => {
  const { orders, products } = ownShop()
  writeFileSync(join(folder, 'orders.csv'), orders)
  writeFileSync(join(folder, 'products.csv'), products)
  const columns = [
    'user=customer',
    'item=sku',
    'timestamp=day',
    'title=name',
    'categories=shelf',
  ].flatMap((column) => ['--column', column])
  const own = [
    '--interactions',
    join(folder, 'orders.csv'),
    '--items',
    join(folder, 'products.csv'),
    ...columns,
    '--timestamp-unit',
    'iso',
  ]
  const settings = [
    '--set',
    'policy={"budget":10,"runs":1,"iterations":1,"episodes":2,"rewardK":5}',
    '--store',
    join(folder, 'store'),
    '--set',
    'evaluation.ks=[5]',
  ]
  const { status, stdout, stderr } = understudy(
    'run',
    'policy-vs-baselines',
    ...own,
    ...settings,
    '--seeds',
    '1',
    '--json',
    '--out',
    join(folder, 'own'),
  )
  expect(stderr).toContain('results:')
  expect(status).toBe(0)
  const { summary, data } = JSON.parse(stdout) as {
    summary: { policy: string }[]
    data: { unavailableFeatures: { name: string }[] }
  }
  expect(data.unavailableFeatures.map(({ name }) => name)).toEqual(['RV', 'AR'])
  expect(summary.map(({ policy }) => policy)).toEqual([
    'none',
    'random',
    'top:MP',
    'top:AP',
    'top:CKLD',
    'top:CSD',
    'top:EE',
    'top:V',
    'best-feature',
    'learned',
    'random/placed',
    'best-feature/placed',
    'learned/placed',
    'all',
    'content-map',
    'content-knn',
    'content-nearest',
    'similar-popularity',
    'content',
  ])
})

/** 60 customers, 80 products of which one comes every nine days; names with commas and quotes. */
function ownShop() {
  const products = [
    'sku,name,shelf',
    ...Array.from(
      { length: 80 },
      (_, i) =>
        `P${i},"Pen ${i}, ""${['red', 'blue', 'green'][i % 3]}""",${['Office > Pens', 'Art > Pens'][i % 2]}`,
    ),
  ]
  const orders = ['customer,sku,day']
  for (let u = 0; u < 60; u++)
    for (let t = 0; t < 12; t++) {
      const day = (u * 7 + t * 61) % 730
      const item = (u * 5 + t * t * 3) % Math.max(5, Math.floor(day / 9))
      orders.push(
        `c${u},P${item},${new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10)}`,
      )
    }
  return { orders: orders.join('\n'), products: products.join('\n') }
}
