import { ConfigError, oneOf, quote } from '../../util/errors.js'
import type { Preset } from '../trial.js'
import { policyVsBaselines } from './policy-vs-baselines.js'

export const presets: readonly Preset[] = [policyVsBaselines]

/** @throws ConfigError naming the presets there are. */
export function presetByName(name: string): Preset {
  const found = presets.find((preset) => preset.name === name)
  if (!found) throw new ConfigError(`unknown preset ${quote(name)}; known: ${oneOf(presets.map((preset) => preset.name))}`)
  return found
}
