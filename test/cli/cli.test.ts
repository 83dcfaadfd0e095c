import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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

describe('select, augment, train, evaluate: each takes what the one before wrote', () => {
  const at = (name: string) => join(folder, name)

  it('goes from users to a table', () => {
    expect(understudy('select', '--policy', 'top:V', '--budget', '40', '--out', at('users.txt')).status).toBe(0)
    expect(readFileSync(at('users.txt'), 'utf8').trim().split('\n')).toHaveLength(40)
    expect(understudy('augment', '--users', at('users.txt'), '--out', at('pairs.jsonl')).status).toBe(0)
    const pairs = readFileSync(at('pairs.jsonl'), 'utf8').trim().split('\n')
    expect(pairs).toHaveLength(400)
    expect(Object.keys(JSON.parse(pairs[0]) as object)).toEqual(['user', 'preferred', 'other', 'margin'])
    expect(understudy('train', '--pairs', at('pairs.jsonl'), '--out', at('model')).status).toBe(0)
    const { stdout } = understudy('evaluate', '--model', at('model'), '--json')
    const { rankings } = JSON.parse(stdout) as { rankings: { ranking: string; metrics: Record<string, number> }[] }
    expect(rankings.map(({ ranking }) => ranking)).toEqual(['cold', 'full', 'warm'])
  })

  it.each([
    [['{"user":"nobody","preferred":"i0001","other":"i0002"}'], /pairs\.jsonl:1: user "nobody" is not in synthetic/],
    [['', 'no json'], /pairs\.jsonl:2: expected a JSON object/],
    [['{"user":"u0001","preferred":"i0001","other":"i0001"}'], /preferred and other are both "i0001"/],
    [['{"user":"u0001","preferred":"i0001","other":"i0002","margin":-1}'], /margin is -1; it must be a number of at least 0/],
  ])('refuses pairs %s', (lines, message) => {
    writeFileSync(at('pairs.jsonl'), lines.join('\n'))
    const { status, stderr } = understudy('train', '--pairs', at('pairs.jsonl'), '--out', at('never'))
    expect(stderr).toMatch(message)
    expect(status).toBe(2)
    expect(existsSync(at('never'))).toBe(false)
  })
})
