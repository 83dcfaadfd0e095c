import { registry } from '../../util/registry.js'
import { balanced } from './balanced.js'
import type { Placement } from './placement.js'
import { confident, uncertain } from './told-apart.js'
import { uniform } from './uniform.js'

/**
 * Registry of the placements, ways to choose the pairs that a user is asked about: `uniform` (any),
 * `balanced` (each item once before one comes again), `confident` and `uncertain` (those that the
 * words of the history tell apart most, or least).
 */
export const placements = registry<Placement>('placement', [
  uniform,
  balanced,
  confident,
  uncertain,
])
