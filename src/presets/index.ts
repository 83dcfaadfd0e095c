import type { Preset } from '../experiment/preset.js'
import { type Registry, registry } from '../util/registry.js'
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
import { shelfQuestions } from './shelf-questions.js'
import { universalFeatures } from './universal-features.js'
import { whoToAsk } from './who-to-ask.js'

/**
 * Registry of the presets, the experiments of `understudy run`. docs/presets.md says what each one
 * answers.
 */
export const presets: Registry<Preset> = registry('preset', [
  policyVsBaselines,
  whoToAsk,
  featureTopK,
  judgeAudit,
  promptDesign,
  answerHandling,
  placement,
  learnersPreset,
  proxyRewards,
  rewardNoise,
  budget,
  billOfLearning,
  itemTower,
  breakEven,
  shelfQuestions,
  crossDomain,
  universalFeatures,
])
