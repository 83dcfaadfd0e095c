import { average } from '../../evaluation/evaluate.js'
import { fixedRow } from '../arms.js'
import type { Lab } from '../lab.js'
import type { Preset, TrialRow } from '../trial.js'
import { smoke } from './sizes.js'

/** The users highest and lowest in each feature; section 5.3 of the paper takes the top five features from such a table. */
export const featureTopK: Preset = {
  name: 'feature-top-k',
  title: 'The users highest and lowest in each feature',
  question: 'Which single features pick users worth asking?',
  sizes: { smoke, full: { seeds: 12, settings: { evaluation: { trainings: 10 } } } },
  steps: (materials) => names(materials).length * materials.config.evaluation.trainings,
  async run(lab, step) {
    const rows = []
    for (const name of names(lab.materials)) rows.push(await fixedRow(lab, name, step))
    return rows
  },
  comparisons: (rows) => [...new Set(rows.map(({ policy }) => policy))].filter((policy) => policy.includes(':')).map((arm) => ({ arm, against: 'random' })),
  conclusion: (rows) => `top five features by recall on the validation half: ${topFive(rows).join(' ')}`,
}

/** The five features whose highest users gave the best validation recall. */
export function topFive(rows: Pick<TrialRow, 'policy' | 'validation'>[]): string[] {
  const features = [...new Set(rows.map(({ policy }) => policy))].filter((policy) => policy.startsWith('top:'))
  const value = (policy: string) => average(rows.filter((row) => row.policy === policy).map(({ validation }) => validation))
  return features.sort((a, b) => value(b) - value(a)).slice(0, 5).map((policy) => policy.slice('top:'.length))
}

function names({ features }: Lab['materials']): string[] {
  return ['none', 'random', ...features.names.flatMap((name) => [`top:${name}`, `bottom:${name}`])]
}
