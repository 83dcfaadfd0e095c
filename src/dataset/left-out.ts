/** Why something of the files is not in a data set as it came. */
export type LeftOutReason =
  | 'new items'
  | 'new items with interactions'
  | 'catalogue items without interactions'
  | 'repeated items in the metadata'
  | 'repeated ids of new items'
  | 'rated too low'
  | 'users not in the sample'
  | 'items without metadata'
  | 'repeated pairs'
  | 'k-core'
  | 'without interactions'
  | 'unreadable lines'
  | 'without a user id'
  | 'without an item id'
  | 'ids that are numbers with decimals'
  | 'without a usable rating'
  | 'without a usable time'
  | 'unreadable lines of the items'

/** Counts of what was left out or changed for one reason. A count that does not apply is absent. */
export interface LeftOut {
  reason: LeftOutReason
  /** What was done about it: `dropped`, `kept the first`, `kept without text`. */
  done: string
  /** Users that are gone. */
  users?: number
  /** Items concerned; in a catalogue, an item that is repeated counts each time. */
  items?: number
  /** Interactions that are gone. */
  interactions?: number
}

/** What a step of loading or cleaning found: a sentence, counts, or both. */
export interface Finding {
  note?: string
  leftOut?: LeftOut
}

/** The sentences, in order. */
export function notesOf(findings: readonly Finding[]): string[] {
  return findings.flatMap(({ note }) => (note === undefined ? [] : [note]))
}

/** The counts, in order, without those that are all 0. */
export function leftOutOf(findings: readonly Finding[]): LeftOut[] {
  return findings.flatMap(({ leftOut }) =>
    leftOut && (leftOut.users || leftOut.items || leftOut.interactions) ? [leftOut] : [],
  )
}
