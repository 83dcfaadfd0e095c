import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
const understudy = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' })

describe('understudy', () => {
  it('evaluate --json prints one document, twice the same', () => {
    const first = understudy('evaluate', '--json')
    expect(first.status).toBe(0)
    const { rows } = JSON.parse(first.stdout) as { rows: { model: string; 'recall@50': number }[] }
    const [popularity, knn] = rows
    expect(knn['recall@50']).toBeGreaterThan(popularity['recall@50'])
    expect(understudy('evaluate', '--json').stdout).toBe(first.stdout)
  })

  it.each([
    [['evaluate', '--set', 'split.quantle=3'], /Unrecognized key: "quantle"/],
    [['evaluate', '--set', 'split.quantile=3'], /split\.quantile/],
    [['evaluate', '--dataset', 'nothing'], /unknown data set "nothing"/],
    [['features', '--set', 'features.names=["XX"]'], /unknown feature "XX"/],
  ])('%s: one line, exit code 2', (args, message) => {
    const { status, stderr, stdout } = understudy(...args)
    expect(stderr).toMatch(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(stdout).toBe('')
    expect(status).toBe(2)
  })
})
