import { describe, expect, it } from 'vitest'
import type { TrialRow } from '#src/experiment/row.js'
import { learned, names, table } from '../support/diagnostics.js'

describe('the diagnostics', () => {
  it('are silent on a healthy table', () => expect(names(table())).toEqual([]))

  it.each<[string, (row: TrialRow) => TrialRow]>([
    [
      'collapse',
      (one) =>
        one.learned ? { ...one, ...learned({ overlaps: [0.99], effectiveUsers: 21 }) } : one,
    ],
    [
      'noisy-reward',
      (one) => (one.learned ? { ...one, ...learned({ rewards: [0.1, 0.101] }) } : one),
    ],
    [
      'warm-harm',
      (one) =>
        one.policy === 'learned'
          ? { ...one, metrics: { ...one.metrics, 'warm:recall@10': 0.15 } }
          : one,
    ],
    [
      'no-significance',
      (one) =>
        one.policy === 'learned'
          ? { ...one, metrics: { ...one.metrics, 'cold:recall@10': 0.55 + (one.seed - 2) / 50 } }
          : one,
    ],
    [
      'judge-at-chance',
      (one) => (one.policy === 'all' ? { ...one, validation: 0.1 * one.seed } : one),
    ],
    [
      'saturation',
      (one) => (one.policy === 'random' ? { ...one, validation: 0.695 + one.seed / 1000 } : one),
    ],
  ])('raise %s where they should, alone', (name, change) => {
    expect(names(table(change))).toEqual([name])
  })

  it('raise weak-warm-model against popularity', () =>
    expect(names(table(), 0.19)).toEqual(['weak-warm-model']))
})
