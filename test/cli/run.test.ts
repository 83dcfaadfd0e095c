import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { start, understudy } from '../support/command.js'
import { sharedFolder } from '../support/files.js'
import { shopFlags, tinyFlags } from '../support/tiny.js'

const folder = sharedFolder()

const run = (out: string, ...more: string[]) =>
  understudy(
    'run',
    'policy-vs-baselines',
    ...shopFlags,
    '--set',
    'policy={"budget":40,"runs":1,"iterations":2,"episodes":4,"rewardK":10}',
    '--store',
    join(folder, 'store'),
    '--seeds',
    '2',
    '--json',
    '--out',
    join(folder, out),
    ...more,
  )

it('run prints the same document again, on any number of workers, and writes the golden table', async () => {
  const first = run('one', '--workers', '1')
  expect(first.stderr).toContain('results:')
  expect(first.status).toBe(0)
  const { summary, trials } = JSON.parse(first.stdout) as {
    summary: { policy: string }[]
    trials: unknown[]
  }
  expect(summary.map(({ policy }) => policy)).toEqual(
    expect.arrayContaining([
      'none',
      'random',
      'top:V',
      'best-feature',
      'learned',
      'all',
      'content-map',
    ]),
  )
  expect(trials).toHaveLength(2 * summary.length)
  expect(run('two', '--workers', '2', '--store', join(folder, 'other-store')).stdout).toBe(
    first.stdout,
  )
  expect(run('one').stdout).toBe(first.stdout)
  for (const file of ['results.json', 'trials.csv', 'config.json'])
    expect(readFileSync(join(folder, 'one', file), 'utf8')).toBe(
      readFileSync(join(folder, 'two', file), 'utf8'),
    )
  await expect(readFileSync(join(folder, 'one', 'trials.csv'), 'utf8')).toMatchFileSnapshot(
    '../golden/policy-vs-baselines.csv',
  )
})

it('run ends with 130 on Ctrl-C, keeps finished seeds, and goes on to the same bytes', async () => {
  const args = (out: string) => [
    'run',
    'policy-vs-baselines',
    ...tinyFlags,
    '--store',
    join(folder, 'store'),
    '--seeds',
    '4',
    '--workers',
    '1',
    '--json',
    '--out',
    join(folder, out),
  ]
  const out = join(folder, 'stopped')
  const child = start(...args('stopped'))
  while (!existsSync(join(out, 'seed-0.json')))
    await new Promise((resolve) => setTimeout(resolve, 10))
  child.process.kill('SIGINT')
  const { status, stdout, stderr } = await child.ended
  expect(stderr).toMatch(
    /understudy: stopped: finished seeds, .* kept; to go on, repeat: understudy run policy-vs-ba/,
  )
  expect({ status, stdout }).toEqual({ status: 130, stdout: '' })
  expect(existsSync(join(out, 'results.json'))).toBe(false)
  const kept = readFileSync(join(out, 'seed-0.json'), 'utf8')
  const again = understudy(...args('stopped'))
  expect(again.status).toBe(0)
  expect(readFileSync(join(out, 'seed-0.json'), 'utf8')).toBe(kept)
  expect(again.stdout).toBe(
    understudy(...args('uninterrupted'), '--store', join(folder, 'another-store')).stdout,
  )
})
