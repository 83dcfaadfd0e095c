import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { understudy } from '../support/command.js'

const folder = mkdtempSync(join(tmpdir(), 'understudy-'))
afterAll(() => rmSync(folder, { recursive: true }))

const small = ['--set', 'dataset.synthetic={"users":400,"items":400}', '--set', 'policy={"budget":40,"iterations":2,"episodes":3,"rewardK":10}', '--set', 'evaluation.ks=[10]']

describe('understudy run', () => {
  const run = (out: string, ...more: string[]) => understudy('run', 'policy-vs-baselines', ...small, '--seeds', '2', '--json', '--out', join(folder, out), ...more)

  it('prints one document, the same bytes again and on any number of workers', () => {
    const first = run('one', '--workers', '1')
    expect(first.stderr).toContain('results:')
    expect(first.status).toBe(0)
    const { summary, trials } = JSON.parse(first.stdout) as { summary: { policy: string }[]; trials: unknown[] }
    expect(summary.map(({ policy }) => policy)).toEqual(expect.arrayContaining(['none', 'random', 'top:V', 'learned', 'all', 'content-map']))
    expect(trials).toHaveLength(2 * summary.length)
    expect(run('two', '--workers', '2').stdout).toBe(first.stdout)
    expect(run('one').stdout).toBe(first.stdout)
    for (const file of ['results.json', 'trials.csv', 'config.json'])
      expect(readFileSync(join(folder, 'one', file), 'utf8')).toBe(readFileSync(join(folder, 'two', file), 'utf8'))
  })
})

describe('understudy evaluate', () => {
  it('prints one document; ItemKNN knows more than popularity', () => {
    const recall = (model: string) => {
      const { status, stdout } = understudy('evaluate', '--model', model, '--json')
      expect(status).toBe(0)
      const { rankings } = JSON.parse(stdout) as { rankings: { ranking: string; metrics: Record<string, number> }[] }
      return rankings.find(({ ranking }) => ranking === 'warm')!.metrics['recall@50']
    }
    expect(recall('itemknn')).toBeGreaterThan(recall('popularity'))
  })
})

describe('bad input: one line, exit code 2', () => {
  it.each([
    [['evaluate', '--set', 'split.quantle=3'], /unknown setting "split\.quantle"; known here: kind, quantile/],
    [['evaluate', '--set', 'split.quantile=3'], /split\.quantile = 3/],
    [['evaluate', '--dataset', 'nothing', '--data', '.'], /no dataset "nothing"/],
    [['evaluate', '--dataset', '../nothing', '--data', '.'], /leads out of the data root/],
    [['features', '--set', 'features.names=["XX"]'], /unknown feature "XX"/],
    [['run', 'nothing'], /unknown preset "nothing"; known: policy-vs-baselines/],
    [['run', 'policy-vs-baselines', '--set', 'policy.budget=5000'], /policy\.budget = 5000 users is more than/],
    [['run', 'policy-vs-baselines', '--set', 'evaluation.ks=[500]'], /K = 500 is larger than/],
  ])('%s', (args, message) => {
    const { status, stderr, stdout } = understudy(...args)
    const lines = stderr.trim().split('\n').filter((line) => !line.startsWith('synthetic: '))
    expect(lines.join('\n')).toMatch(message)
    expect(lines).toHaveLength(1)
    expect(stdout).toBe('')
    expect(status).toBe(2)
  })
})
