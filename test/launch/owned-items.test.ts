import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { understudy } from '../support/command.js'
import { folderOf } from '../support/files.js'

it('new items that users have already are in the history: not recommended, and no later choice', () => {
  // One interaction a day; the last two are the first with n.
  const time = (day: number) => Date.UTC(2024, 0, 1 + day) / 1000
  const early = Array.from({ length: 60 }, (_, k) => `u${k % 12},i${(k * 7) % 20},${time(k)}`)
  const late = ['u0', 'u1'].map((user) => `${user},n,${time(60)}`)
  const ids = [...Array.from({ length: 20 }, (_, k) => `i${k}`), 'n']
  const folder = folderOf({
    'orders.csv': ['user_id,item_id,timestamp', ...early, ...late].join('\n'),
    'products.csv': ['item_id,title', ...ids.map((id, k) => `${id},word${k % 5} tea`)].join('\n'),
    'truth.csv': 'user_id,item_id\nu0,n\nu1,n\n',
  })
  const at = (name: string) => join(folder, name)
  const { status, stderr } = understudy(
    'launch',
    ...['--interactions', at('orders.csv'), '--items', at('products.csv'), '--out', at('out')],
    ...['--set', 'contentMap.rank=8', '--set', 'model.epochs=1'],
    ...['--new-since', '2024-03-01', '--exposure', '0.1'],
  )
  expect(status, stderr).toBe(0)
  const written = readFileSync(at('out/recommendations.csv'), 'utf8')
  expect(written).toMatch(/^u2,\d+,n,/m)
  expect(written).not.toMatch(/^u[01],\d+,n,/m)
  expect(understudy('recommend', '--model', at('out')).stdout).toBe(written)
  const scored = understudy('evaluate', '--launch', at('out'), '--truth', at('truth.csv'))
  expect([scored.status, scored.stderr]).toEqual([
    2,
    `understudy: ${at('truth.csv')}: no row can be used: 2 rows already in the history; ` +
      'the launch already knew these interactions: give later ones, or launch on earlier data\n',
  ])
})
