import type { Share } from '../util/statistics.js'
import type { Audit } from './audit.js'
import type { AdviceFigures } from './advice.js'

/** "75.6 ± 2.8 %", for a table that has a column of n; "100.0 %" has no error to estimate. */
export function percentOf({ share, standardError }: Share): string {
  const error = standardError > 0 ? ` ± ${(100 * standardError).toFixed(1)}` : ''
  return `${(100 * share).toFixed(1)}${error} %`
}

/** "75.6 ± 2.8 % of 240"; "none of 0" where there is nothing to count. */
export function percentOfN(share: Share): string {
  return share.n === 0 ? 'none of 0' : `${percentOf(share)} of ${share.n}`
}

/** Fewest answers of which a share can be above chance: of 5, all are right by luck too often. */
export const fewestAnswers = 6

/**
 * Whether a share is clearly above chance: a two-sided test against one half at 5 %, with Yates'
 * correction for small n. (A share of 1 has no standard error, whatever its n.)
 */
export function aboveChance({ share, n }: Pick<Share, 'share' | 'n'>): boolean {
  return n > 0 && share - 0.5 - 1 / (2 * n) > (1.96 * 0.5) / Math.sqrt(n)
}

/** Whether a judge passes its audit: better than chance, also where the content model is wrong. */
export function addsToContent({
  accuracy,
  whereContentWrong,
}: Pick<Audit, 'accuracy' | 'whereContentWrong'>): boolean {
  return aboveChance(accuracy) && aboveChance(whereContentWrong)
}

/** An audit in a sentence: at chance, right only where content is, or better than content. */
export function auditVerdict({
  accuracy,
  whereContentWrong,
}: Pick<Audit, 'accuracy' | 'whereContentWrong'>): string {
  if (accuracy.n === 0)
    return 'none of its answers could be used: they cannot be read, or they change with the order of the items; `understudy doctor` shows one'
  if (accuracy.n < fewestAnswers)
    return `only ${accuracy.n} of its answers could be used: too few to compare them with chance`
  if (!aboveChance(accuracy))
    return 'its answers cannot be told from chance: do not pay for this judge'
  if (whereContentWrong.n < fewestAnswers)
    return `better than chance, but the content model is wrong in only ${whereContentWrong.n} of the questions: too few to tell whether it adds anything to content`
  if (!aboveChance(whereContentWrong))
    return 'right only where the content model is right too, and no better than chance where it is wrong: adds nothing to content'
  return 'better than chance also where the content model is wrong: its answers carry information that content does not have'
}

/** Advice in one sentence: ask, or do not ask, and why. */
export function adviceVerdict(advice: AdviceFigures): string {
  const { audit, ask, pays, policy, pairsPerUser, breakEven, rehearsal } = advice
  const why = auditVerdict(audit)
  if (ask)
    return `ask: ${why}; ${pays} users by ${policy} x ${pairsPerUser} questions are the fewest that paid in ${rehearsal.repetitions} rehearsals`
  if (!addsToContent(audit)) return `do not ask: ${why}`
  const from = breakEven.map(({ users, accuracy }) => `${accuracy ?? 'none'} for ${users} users`)
  return `do not ask: with this accuracy, no number of users paid in ${rehearsal.repetitions} rehearsals (lowest accuracy that paid: ${from.join(', ')})`
}
