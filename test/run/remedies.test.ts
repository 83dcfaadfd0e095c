import { describe, expect, it } from 'vitest'
import { readConfig } from '#src/experiment/config.js'
import type { TrialRow } from '#src/experiment/row.js'
import { diagnose } from '#src/run/diagnostics.js'
import { learned, names, settings, setup, table } from '../support/diagnostics.js'

/** Changes of the healthy table, by the check that they raise. */
const unhealthy: Record<string, (row: TrialRow) => TrialRow> = {
  'noisy-reward': (one) => (one.learned ? { ...one, ...learned({ rewards: [0.1, 0.101] }) } : one),
  'warm-harm': (one) =>
    one.policy === 'learned'
      ? { ...one, metrics: { ...one.metrics, 'warm:recall@10': 0.15 } }
      : one,
  'no-significance': (one) =>
    one.policy === 'learned'
      ? { ...one, metrics: { ...one.metrics, 'cold:recall@10': 0.56 + (one.seed - 2) / 50 } }
      : one,
  tiny: (one) =>
    one.policy === 'learned'
      ? { ...one, metrics: { ...one.metrics, 'cold:recall@10': 0.5481 + (one.seed - 2) / 50 } }
      : one,
  'judge-at-chance': (one) => (one.policy === 'all' ? { ...one, validation: 0.1 * one.seed } : one),
  saturation: (one) =>
    one.policy === 'random' ? { ...one, validation: 0.695 + one.seed / 1000 } : one,
}

describe('a remedy', () => {
  it.each<[string, object, RegExp, RegExp]>([
    ['noisy-reward', {}, /raise policy.episodes.*policy.learner=pgpe/, /^$/],
    ['noisy-reward', { policy: { learner: 'pgpe' } }, /raise policy.episodes/, /pgpe/],
    ['warm-harm', {}, /pairGradient=items, or lower model.pairWeight/, /^$/],
    ['warm-harm', { model: { pairGradient: 'items' } }, /lower model.pairWeight/, /pairGradient/],
    [
      'warm-harm',
      { model: { pairGradient: 'items', pairWeight: 0 } },
      /settings already have what would help/,
      /pair/,
    ],
    ['no-significance', {}, /\d+ procedures would show .*: --seeds \d\d?,.*trainings=10/, /small/],
    ['no-significance', { evaluation: { trainings: 10 } }, /--seeds \d\d?$/, /trainings/],
    ['tiny', {}, /too small to matter: more than 100 procedures would/, /--seeds/],
    ['judge-at-chance', {}, /not a language model/, /do not pay/],
    ['judge-at-chance', { llm: { url: 'http://localhost:1/v1', model: 'm' } }, /do not pay/, /^$/],
    ['saturation', {}, /lower policy.budget/, /^$/],
    ['saturation', { policy: { budget: 1 } }, /already have/, /lower/],
  ])('of %s under %j is not one that is in use', (name, own, said, never) => {
    const record = settings as Record<string, object>
    const merged = Object.entries({ ...record, ...own }).map(([section, values]) => [
      section,
      { ...record[section], ...(values as object) },
    ])
    const config = readConfig(Object.fromEntries(merged))
    const rows = table(unhealthy[name])
    const found = diagnose({ rows, setup: { ...setup, config }, popularityWarmRecall: 0.1 })
    const wanted = name === 'tiny' ? 'no-significance' : name
    const { remedy } = found.find((one) => one.name === wanted)!
    expect(remedy).toMatch(said)
    expect(remedy).not.toMatch(never)
  })
})

it.each<[string, number, (row: TrialRow) => TrialRow]>([
  ['four procedures', 4, unhealthy['no-significance']],
  [
    'four procedures of a judge that may be at chance',
    4,
    (one) => (one.policy === 'all' ? { ...one, validation: 0.4 * one.seed } : one),
  ],
  [
    'procedures that differ alike',
    5,
    (one) =>
      one.policy === 'best-feature'
        ? { ...one, metrics: { ...one.metrics, 'cold:recall@10': 0.6 + one.seed / 1000 } }
        : one,
  ],
])('the diagnostics do not test %s', (_, seeds, change) => {
  const rows = table(change).filter(({ seed }) => seed < seeds)
  expect(names(rows)).toEqual([])
})
