import { ConfigError, oneOf, quote } from '../../util/errors.js'
import type { Preset } from '../trial.js'
import { answerHandling } from './answer-handling.js'
import { billOfLearning } from './bill-of-learning.js'
import { breakEven } from './break-even.js'
import { budget } from './budget.js'
import { crossDomain } from './cross-domain.js'
import { featureTopK } from './feature-top-k.js'
import { itemTower } from './item-tower.js'
import { judgeAudit } from './judge-audit.js'
import { learnersPreset } from './learners.js'
import { placement } from './placement.js'
import { policyVsBaselines } from './policy-vs-baselines.js'
import { promptDesign } from './prompt-design.js'
import { proxyRewards } from './proxy-rewards.js'
import { rewardNoise } from './reward-noise.js'
import { universalFeatures } from './universal-features.js'

export const presets: readonly Preset[] = [policyVsBaselines, featureTopK, judgeAudit, promptDesign, answerHandling, placement, learnersPreset, proxyRewards, rewardNoise, budget, billOfLearning, itemTower, breakEven, crossDomain, universalFeatures]

/** @throws ConfigError naming the presets there are. */
export function presetByName(name: string): Preset {
  const found = presets.find((preset) => preset.name === name)
  if (!found) throw new ConfigError(`unknown preset ${quote(name)}; known: ${oneOf(presets.map((preset) => preset.name))}`)
  return found
}
