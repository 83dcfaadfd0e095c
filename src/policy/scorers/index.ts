import { registry } from '../../util/registry.js'
import type { Scorer, ScorerKind } from '../scorer.js'
import type { PolicyConfig } from '../settings.js'
import { linear } from './linear.js'
import { mlp } from './mlp.js'

/**
 * Registry of the scorers: `linear`, w . f_u + b, and `mlp`, one hidden layer of softsign units.
 */
export const scorers = registry<ScorerKind>('scorer', [linear, mlp])

/**
 * Makes the scorer that a configuration names.
 * @throws ConfigError for an unknown name
 */
export function scorerOf(config: PolicyConfig): Scorer {
  return scorers.get(config.scorer).make(config)
}
