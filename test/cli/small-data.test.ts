import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { understudy } from '../support/command.js'
import { sharedFolder } from '../support/files.js'
import { smallShop } from '../support/small-shop.js'

const folder = sharedFolder()
const shop = smallShop(folder)
const out = (name: string) => ['--out', join(folder, name)]
const few = ['--set', 'policy.iterations=1', '--set', 'policy.runs=1']

const budget = /small data: policy.budget = 40 of 80 users/
const cutoffs = /small data: evaluation.ks = \[1, 2\]/

// A command, and what it says of the settings that it fits to 80 users and 60 items.
it.each<[string[], ...RegExp[]]>([
  [['features']],
  [['train', ...out('model')]],
  [['evaluate'], cutoffs],
  [['evaluate', '--model', 'itemknn'], cutoffs],
  [['select', '--policy', 'all'], budget],
  [['select', '--policy', 'top:V'], budget],
  [['select', '--policy', 'learned', ...few], budget, cutoffs],
  [['augment', '--policy', 'random', '--pairs', '1', ...out('pairs.jsonl')], budget],
  [['augment', '--policy', 'random', '--users', '80', '--pairs', '1', ...out('all.jsonl')]],
  [['advise', '--repetitions', '2'], budget, cutoffs],
  [['launch', '--new-since', '2022-01-01', '--ask', 'never', ...out('launch')]],
  [
    ['run', 'policy-vs-baselines', '--seed', '0', ...few, ...out('run'), '--store', folder],
    budget,
    cutoffs,
  ],
])('80 users and 60 items are enough for %j', (args, ...said) => {
  const { status, stderr } = understudy(...args, ...shop)
  expect({ status, stderr }).toMatchObject({ status: 0 })
  for (const one of said) expect(stderr).toMatch(one)
})

it('an audit is made, whatever it says', () => {
  const { status, stdout, stderr } = understudy('audit', ...shop, '--json')
  expect([0, 1], stderr).toContain(status)
  expect(JSON.parse(stdout)).toHaveProperty('verdict')
})

it('a run keeps what was fitted, so that it can be made again', () => {
  const { config, data } = JSON.parse(
    readFileSync(join(folder, 'run', 'results.json'), 'utf8'),
  ) as { config: Record<string, Record<string, unknown>>; data: { notes: string[] } }
  expect(config).toMatchObject({
    policy: { budget: 40, rewardK: 1 },
    evaluation: { ks: [1, 2] },
  })
  expect(data.notes.join('\n')).toMatch(budget)
})

it.each([
  ['select', 'policy.budget=300', /policy\.budget = 300 users is more than the 80 users/],
  ['evaluate', 'evaluation.ks=[50]', /K = 50 is larger than the \d+ candidates/],
  ['run policy-vs-baselines', 'policy.rewardK=50', /K = 50 is larger than the \d+ new items/],
])('%s refuses a value that was given and cannot be: %s', (command, setting, message) => {
  const { status, stderr } = understudy(...command.split(' '), ...shop, '--set', setting)
  expect(status).toBe(2)
  expect(stderr).toMatch(message)
})
