import type { Share } from '../util/statistics.js'
import type { Audit } from './audit.js'
import type { AdviceFigures } from './advice.js'

/** "75.6 ± 2.8 %" */
export function percentOf({ share, standardError }: Share): string {
  return `${(100 * share).toFixed(1)} ± ${(100 * standardError).toFixed(1)} %`
}

/** Whether a share is clearly above chance: its 95 % interval is above one half. */
export function aboveChance({ share, standardError }: Share): boolean {
  return share - 1.96 * standardError > 0.5
}

/** An audit in a sentence: at chance, right only where content is, or better than content. */
export function auditVerdict({
  accuracy,
  whereContentWrong,
}: Pick<Audit, 'accuracy' | 'whereContentWrong'>): string {
  if (accuracy.n === 0)
    return 'none of its answers could be used: they cannot be read, or change with the order of the items; `understudy doctor` shows one'
  if (!aboveChance(accuracy))
    return 'its answers cannot be told from chance: do not pay for this judge'
  if (!aboveChance(whereContentWrong))
    return 'right where the content model is right, a coin (or worse) where it is wrong: adds nothing to content'
  return 'better than chance also where the content model is wrong: its answers carry information that content does not have'
}

/** Advice in one sentence: ask, or do not ask, and why. */
export function adviceVerdict(advice: AdviceFigures): string {
  const { audit, ask, pays, policy, pairsPerUser, breakEven } = advice
  const why = auditVerdict(audit)
  if (ask)
    return `ask: ${why}; ${pays} users by ${policy} x ${pairsPerUser} questions are the least that paid here`
  if (!aboveChance(audit.whereContentWrong)) return `do not ask: ${why}`
  const from = breakEven.map(
    ({ users, accuracy }) => `${users} users: from ${accuracy ?? 'none'} on`,
  )
  return `do not ask: at its accuracy no budget tried paid (${from.join(', ')})`
}
