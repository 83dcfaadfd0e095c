import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { presets } from '#src/experiment/presets/index.js'
import { main, understudy } from '../support/command.js'

const folder = mkdtempSync(join(tmpdir(), 'understudy-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('every preset at smoke size', () => {
  it.each(presets.map(({ name }) => name))('%s', (name) => {
    const { status, stdout, stderr } = understudy('run', name, '--size', 'smoke', '--json', '--out', join(folder, name), '--store', join(folder, 'store'))
    expect(stderr).toContain('results:')
    expect(status).toBe(0)
    const { trials, summary, comparisons, conclusion } = JSON.parse(stdout) as { trials: { metrics: object }[]; summary: object[]; comparisons: object[]; conclusion?: string }
    expect(trials.length).toBeGreaterThanOrEqual(2)
    expect(comparisons.length > 0 || conclusion !== undefined).toBe(true)
    expect(readFileSync(join(folder, name, 'trials.csv'), 'utf8').trim().split('\n')).toHaveLength(1 + trials.length)
    expect(summary.length).toBeGreaterThan(0)
  }, 120_000)
})

it('kill -9 ten times at any moment, then once more to the end: the bytes of an uninterrupted run', async () => {
  const args = (out: string, store: string) => ['run', 'policy-vs-baselines', '--size', 'smoke', '--seeds', '4', '--json', '--out', join(folder, out), '--store', join(folder, store)]
  const whole = understudy(...args('whole', 'whole-store'))
  expect(whole.status).toBe(0)
  for (let k = 0; k < 10; k++) {
    const child = spawn(process.execPath, [main, ...args('killed', 'killed-store')], { stdio: 'ignore' })
    const ended = new Promise((resolve) => child.on('close', resolve))
    // From before anything is trained to the midst of it.
    await new Promise((resolve) => setTimeout(resolve, 150 + 97 * k))
    child.kill('SIGKILL')
    await ended
  }
  expect(understudy(...args('killed', 'killed-store')).stdout).toBe(whole.stdout)
  expect(readFileSync(join(folder, 'killed', 'results.json'), 'utf8')).toBe(readFileSync(join(folder, 'whole', 'results.json'), 'utf8'))
}, 120_000)

it('advise: do not ask the text judge, ask one that is right where content is wrong', () => {
  const advise = (...more: string[]) => {
    const { status, stdout } = understudy('advise', '--json', '--repetitions', '2', '--set', 'dataset.synthetic={"users":1500,"items":800}', '--set', 'policy.budget=60', '--set', 'policy.rewardK=20', '--set', 'evaluation.ks=[20]', ...more)
    expect(status).toBe(0)
    return JSON.parse(stdout) as { ask: boolean; verdict: string; gains: unknown[]; audit: { accuracy: { share: number } } }
  }
  const text = advise()
  expect(text.verdict).toMatch(/^do not ask: right where the content model is right/)
  expect(text.audit.accuracy.share).toBeGreaterThan(0.6)
  expect(text.gains).toHaveLength(30)
  const good = advise('--simulate-judge', '0.85')
  expect(good.verdict).toMatch(/^ask: .* users by top:/)
}, 180_000)
