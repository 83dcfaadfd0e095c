import type { Preset } from '../experiment/preset.js'
import type { TrialRow } from '../experiment/row.js'
import { average } from '../util/statistics.js'
import { full, smoke } from './sizes.js'

/**
 * The users highest and lowest in each feature; section 5.3 of the paper takes the top five
 * features from such a table.
 */
export const featureTopK: Preset = {
  name: 'feature-top-k',
  title: 'The users highest and lowest in each feature',
  question: 'Which single features pick users worth asking?',
  sizes: { smoke, full: full(12) },
  arms({ features }) {
    const ends = features.names.flatMap((name) => [`top:${name}`, `bottom:${name}`])
    return ['none', 'random', ...ends].map((policy) => ({ name: policy, users: { policy } }))
  },
  comparisons: (rows) =>
    [...new Set(rows.map(({ policy }) => policy))]
      .filter((policy) => policy.includes(':'))
      .map((arm) => ({ arm, against: 'random' })),
  conclusion: (rows) =>
    `top five features by recall on the validation half: ${topFive(rows).join(' ')}`,
}

/** The five features whose highest users gave the best validation recall. */
export function topFive(rows: Pick<TrialRow, 'policy' | 'validation'>[]): string[] {
  const features = [...new Set(rows.map(({ policy }) => policy))].filter((policy) =>
    policy.startsWith('top:'),
  )
  const value = (policy: string) =>
    average(rows.filter((row) => row.policy === policy).map(({ validation }) => validation))
  return features
    .sort((a, b) => value(b) - value(a))
    .slice(0, 5)
    .map((policy) => policy.slice('top:'.length))
}
