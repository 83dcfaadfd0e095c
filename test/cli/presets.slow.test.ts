import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { presets } from '#src/presets/index.js'
import { understudy } from '../support/command.js'
import { sharedFolder } from '../support/files.js'
import { smallShop } from '../support/small-shop.js'

const folder = sharedFolder()

it.each(presets.names())('the preset %s runs at smoke size', (name) => {
  const { status, stdout, stderr } = understudy(
    'run',
    name,
    '--size',
    'smoke',
    '--json',
    '--out',
    join(folder, name),
    '--store',
    join(folder, 'store'),
  )
  expect(stderr).toContain('results:')
  expect(status).toBe(0)
  const { trials, summary, comparisons, conclusion } = JSON.parse(stdout) as {
    trials: { metrics: object }[]
    summary: object[]
    comparisons: object[]
    conclusion?: string
  }
  expect(trials.length).toBeGreaterThanOrEqual(2)
  expect(comparisons.length > 0 || conclusion !== undefined).toBe(true)
  expect(
    readFileSync(join(folder, name, 'trials.csv'), 'utf8')
      .trim()
      .split('\n'),
  ).toHaveLength(1 + trials.length)
  expect(summary.length).toBeGreaterThan(0)
})

const shop = smallShop(folder)

it.each(presets.names())('the preset %s runs on 80 users and 60 items', (name) => {
  const more = [
    ...(name === 'cross-domain' ? ['--other', 'synthetic'] : []),
    ...['--seeds', '1', '--out', join(folder, `small-${name}`), '--store', join(folder, 'store')],
  ]
  const { status, stderr } = understudy('run', name, ...shop, ...more)
  expect({ status, stderr }).toMatchObject({ status: 0 })
})
