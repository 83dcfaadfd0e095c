import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { runExperiment } from '#src/execution/run-experiment.js'
import { armWords } from '#src/report/arm-words.js'
import { runText } from '#src/report/run-text.js'
import type { RunResult } from '#src/run/result.js'
import { sharedFolder } from '../support/files.js'
import { tiny } from '../support/tiny.js'

const folder = sharedFolder()
const made = new Map<string, RunResult>()
const seeds = { 'policy-vs-baselines': 2, 'who-to-ask': 5, budget: 2, 'judge-audit': 2 }

beforeAll(async () => {
  for (const [preset, count] of Object.entries(seeds)) {
    const { result } = await runExperiment(preset, {
      settings: tiny,
      seeds: Array.from({ length: count }, (_, seed) => seed),
      out: join(folder, preset),
      store: join(folder, 'store'),
      workers: 1,
    })
    made.set(preset, result)
  }
}, 120_000)

describe.each(Object.keys(seeds))('%s for a terminal', (preset) => {
  it('fits 80 columns, and a screen', () => {
    const lines = runText(made.get(preset)!).split('\n')
    expect(lines.filter((line) => [...line].length > 80)).toEqual([])
    expect(lines.length).toBeLessThan(45)
  })

  it('says where the rest is', () => {
    expect(runText(made.get(preset)!)).toContain('--all')
  })
})

it('shows eight arms at most, and chance', () => {
  const text = runText(made.get('policy-vs-baselines')!)
  const rows = text.split('\n').filter((line) => /█|▏|▎|▍|▌|▋|▊|▉/.test(line))
  expect(rows.length).toBeGreaterThan(5)
  expect(rows.length).toBeLessThanOrEqual(9)
  expect(text).toMatch(/^by chance/m)
  expect(text).toMatch(/\d+ more rows/)
})

it('tests five procedures and not two', () => {
  const few = runText(made.get('policy-vs-baselines')!)
  expect(few).toContain('Not tested (fewer than 5 procedures')
  expect(few).not.toContain('95 %')
  expect(runText(made.get('who-to-ask')!)).toContain('95 %')
})

it.each([
  ['none', 'nobody'],
  ['top:EE', 'highest EE'],
  ['bottom:V', 'lowest V'],
  ['learned/placed', 'learned users, placed questions'],
  ['toString', 'toString'],
  ['my own arm', 'my own arm'],
])('%s in words: %s', (arm, words) => {
  expect(armWords(arm)).toBe(words)
})
