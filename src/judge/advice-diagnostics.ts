import {
  type Diagnosis,
  type RecallAt,
  singleInteractions,
  topAtChance,
} from '../experiment/diagnosis.js'
import type { Setup } from '../experiment/setup.js'
import { fixedPolicy } from '../policy/policy.js'
import { stream } from '../util/random.js'
import type { AdviceFigures } from './advice.js'

/** Checks the top of the lists, with answers and without, and the users who would be asked. */
export function adviceDiagnostics(figures: AdviceFigures, setup: Setup): Diagnosis[] {
  const { recalls, policy, pays, rehearsal } = figures
  const content = recalls.map(({ k, content, chance }) => ({ k, recall: content, chance }))
  const checked = (what: string, ranking: RecallAt[]) =>
    topAtChance(what, ranking, rehearsal.evaluatedUsers, setup)
  const budget = Math.min(pays ?? setup.config.policy.budget, setup.features.users.length)
  const users = fixedPolicy(policy).select(setup.features, budget, stream(0))
  return [
    checked('the best content model', content),
    checked(`content with the answers of ${budget} users`, afterAsking(figures)),
    singleInteractions(policy, users, setup),
  ].flatMap((found) => found ?? [])
}

/** Recall after the answers that are advised, at the two cut-offs; empty where none are. */
function afterAsking({ ask, gains, pays, audit, recalls, k }: AdviceFigures): RecallAt[] {
  const asked = gains.findLast(
    ({ users, errors, accuracy }) =>
      users === pays && errors === 'independent' && accuracy <= audit.accuracy.share,
  )
  if (!ask || !asked?.top) return []
  const at = (cutoff: number, gain: number) =>
    recalls
      .filter((one) => one.k === cutoff)
      .map(({ k, content, chance }) => ({ k, recall: content + gain, chance }))
  return [...at(asked.top.k, asked.top.gain), ...at(k, asked.gain)]
}
