import { chanceRecall } from '../evaluation/evaluate.js'
import { rankingTasks } from '../evaluation/ranking-tasks.js'
import type { Setup } from '../experiment/setup.js'
import { average, meanAndError, pooledShare, spreads } from '../util/statistics.js'
import type { AdviceFigures, Gain } from './advice.js'
import type { Audit } from './audit.js'
import { addsToContent } from './sentences.js'

/** What one rehearsal measured. */
export interface Rehearsed {
  recalls: { k: number; contentMap: number; content: number }[]
  audit: Audit
  gains: (Omit<Gain, 'standardError' | 'top'> & { top?: { k: number; gain: number } })[]
}

/** The figures of several rehearsals as one. */
export function figuresOf(
  rehearsal: Setup,
  budgets: number[],
  rows: Rehearsed[],
  known: Pick<AdviceFigures, 'judge' | 'policy' | 'shelf'>,
): AdviceFigures {
  const { config, split, features } = rehearsal
  const gains = rows[0].gains.map((first, k) => {
    const { top, ...one } = first
    const own = rows.map(({ gains }) => gains[k])
    return {
      ...one,
      ...gainOver(own.map(({ gain }) => gain)),
      ...(top ? { top: { k: top.k, ...gainOver(own.map(({ top }) => top!.gain)) } } : {}),
    }
  })
  const breakEven = budgets.map((users) => ({
    users,
    accuracy: payingFrom(gains, users, 'independent'),
    textLikeAccuracy: payingFrom(gains, users, 'text-like'),
  }))
  const audit = pooledAudit(rows.map(({ audit }) => audit))
  const pays = breakEven.find(
    ({ accuracy }) => accuracy !== null && accuracy <= audit.accuracy.share,
  )
  const task = rankingTasks(split, 'test').cold
  const recalls = rows[0].recalls.map(({ k }, i) => ({
    k,
    chance: chanceRecall(k, task.candidates.length),
    contentMap: average(rows.map(({ recalls }) => recalls[i].contentMap)),
    content: average(rows.map(({ recalls }) => recalls[i].content)),
  }))
  const { k, ...recall } = recalls.find(({ k }) => k === config.policy.rewardK)!
  return {
    rehearsal: {
      kind: split.kind,
      users: features.users.length,
      coldItems: split.coldItems.all.length,
      evaluatedUsers: task.relevant.users.length,
      repetitions: rows.length,
    },
    k,
    recall,
    recalls,
    gains,
    breakEven,
    audit,
    pairsPerUser: config.augmentation.pairsPerUser,
    pays: pays?.users ?? null,
    ask: addsToContent(audit) && pays !== undefined,
    ...known,
  }
}

/** The mean of the rehearsals' gains, and its standard error. */
function gainOver(gains: number[]): { gain: number; standardError: number } {
  const { mean, standardError } = meanAndError(gains)
  return { gain: mean, standardError }
}

/**
 * The lowest accuracy whose gain is more than twice its standard error; a gain that is the same in
 * every rehearsal has none.
 */
function payingFrom(gains: Gain[], users: number, errors: Gain['errors']): number | null {
  const paying = gains.filter(
    (one) =>
      one.users === users &&
      one.errors === errors &&
      one.gain > 2 * one.standardError &&
      spreads(one.standardError, one.gain),
  )
  return paying.length === 0 ? null : Math.min(...paying.map(({ accuracy }) => accuracy))
}

/** Audits of several rehearsals as one. */
function pooledAudit(audits: Audit[]): Audit {
  return {
    accuracy: pooledShare(audits.map(({ accuracy }) => accuracy)),
    whereContentWrong: pooledShare(audits.map(({ whereContentWrong }) => whereContentWrong)),
    whereContentRight: pooledShare(audits.map(({ whereContentRight }) => whereContentRight)),
    contentAccuracy: pooledShare(audits.map(({ contentAccuracy }) => contentAccuracy)),
    unanswered: audits.reduce((sum, { unanswered }) => sum + unanswered, 0),
    contradicting: audits.reduce((sum, { contradicting = 0 }) => sum + contradicting, 0),
  }
}
