import type { Asked } from './askings/asking.js'
import type { PreferencePair } from './preference-pair.js'

/** Preference pairs of a selection of users, and what asking took. */
export interface Augmentation {
  /** Pairs in the order of the users. */
  pairs: PreferencePair[]
  /** Questions put to the chat model about these users, reused answers included. */
  calls: number
  /** Questions that got no answer, or one that could not be read; they give no pair. */
  failed: number
  /** Failed questions by their reason: reason -> count. */
  failures: Map<string, number>
  /**
   * Share of the answers that chose the option shown first, 0 to 1; .5 for a judge without bias.
   * Absent where options have no order.
   */
  firstPositionShare?: number
  /** Number of the answers that `firstPositionShare` is a share of. */
  ordered: number
  /**
   * Share of the pairs for which both orders chose the same position, so that the two answers
   * contradict each other, 0 to 1. Absent where one order alone was asked.
   */
  flipRate?: number
  /** Number of the pairs that `flipRate` is a share of. */
  both: number
}

/**
 * Outcome of a user's questions, counted once: a policy that learns selects the same users over and
 * over.
 */
export interface Tally {
  pairs: PreferencePair[]
  failures: string[]
  calls: number
  /** Answers in an order, and how many of them chose the option shown first. */
  ordered: number
  first: number
  /** Questions answered in both orders, and how many of them chose the same position twice. */
  both: number
  flipped: number
}

/** Counts what came of one user's questions. */
export function tally(asked: Asked[]): Tally {
  const sum = (count: (one: Asked) => number) => asked.reduce((total, one) => total + count(one), 0)
  return {
    pairs: asked.flatMap(({ pair }) => pair ?? []),
    failures: asked.flatMap(({ failures }) => failures),
    calls: sum(({ calls }) => calls),
    ordered: sum(({ ordered }) => ordered),
    first: sum(({ first }) => first),
    both: sum(({ flipped }) => Number(flipped !== undefined)),
    flipped: sum(({ flipped }) => Number(flipped === true)),
  }
}

/** Adds up the users of a selection. */
export function addUp(tallies: Tally[]): Augmentation {
  const pairs: PreferencePair[] = []
  const failures = new Map<string, number>()
  let [calls, failed, ordered, first, both, flipped] = [0, 0, 0, 0, 0, 0]
  for (const own of tallies) {
    pairs.push(...own.pairs)
    calls += own.calls
    failed += own.failures.length
    for (const failure of own.failures) failures.set(failure, (failures.get(failure) ?? 0) + 1)
    ordered += own.ordered
    first += own.first
    both += own.both
    flipped += own.flipped
  }
  return {
    pairs,
    calls,
    failed,
    failures,
    ordered,
    both,
    ...(ordered > 0 ? { firstPositionShare: first / ordered } : {}),
    ...(both > 0 ? { flipRate: flipped / both } : {}),
  }
}
