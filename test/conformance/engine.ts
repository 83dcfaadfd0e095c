import { describe } from 'vitest'
import type { Engine } from '#src/two-tower/engine.js'
import { fitItemsChecks } from './engine/fit-items.js'
import { gradientChecks } from './engine/gradients.js'
import { rankingChecks } from './engine/rankings.js'
import { refusalChecks } from './engine/refusals.js'
import { trainingChecks } from './engine/training.js'

/** The contract of `Engine`: every engine passes it, built in or custom. */
export function conformance(makeEngine: () => Engine): void {
  const engine = makeEngine()
  describe('its gradients', () => gradientChecks(engine))
  describe('its training', () => trainingChecks(makeEngine))
  describe('its fit of items', () => fitItemsChecks(engine))
  describe('its rankings', () => rankingChecks(engine))
  describe('bad input', () => refusalChecks(engine))
}
