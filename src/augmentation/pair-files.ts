import type { Dataset } from '../dataset/dataset.js'
import type { FileLine } from '../dataset/file-line.js'
import { idFinder } from '../dataset/id-files.js'
import { DataError, quote } from '../util/errors.js'
import type { PreferencePair } from './preference-pair.js'

/**
 * A pair as JSON lines hold it: ids of the data set, and the margin in nats where the chat model
 * gives one.
 */
export interface PairRecord {
  user: string
  preferred: string
  other: string
  margin?: number
  /** Whether both orders chose the same item, where both were asked. */
  agree?: boolean
  /** In training, relative to other pairs; absent = 1. */
  weight?: number
}

/** Pairs with the ids of the data set instead of indices. */
export function pairRecords(pairs: PreferencePair[], { userIds, itemIds }: Dataset): PairRecord[] {
  return pairs.map(({ user, preferred, other, ...rest }) => ({
    user: userIds[user],
    preferred: itemIds[preferred],
    other: itemIds[other],
    ...rest,
  }))
}

/** Reads JSON lines of pairs. @throws DataError naming file, line and value */
export function readPairs(text: string, file: string, dataset: Dataset): PreferencePair[] {
  const user = idFinder(dataset.userIds, 'user', `in ${dataset.name}`)
  const item = idFinder(dataset.itemIds, 'item', `in ${dataset.name}`)
  return text.split('\n').flatMap((line, k) => {
    if (line.trim() === '') return []
    const at = { file, line: k + 1 }
    const record = parse(line, at)
    const pair = {
      user: user(record.user, at),
      preferred: item(record.preferred, at),
      other: item(record.other, at),
    }
    if (pair.preferred === pair.other)
      throw new DataError(`preferred and other are both ${quote(record.preferred)}`, at)
    for (const name of ['margin', 'weight'] as const) {
      const value = record[name]
      if (value !== undefined && (typeof value !== 'number' || !(value >= 0)))
        throw new DataError(`${name} is ${quote(value)}; it must be a number of at least 0`, at)
    }
    const { margin, agree, weight } = record as Pick<PairRecord, 'margin' | 'agree' | 'weight'>
    return [
      {
        ...pair,
        ...(margin === undefined ? {} : { margin }),
        ...(agree === undefined ? {} : { agree }),
        ...(weight === undefined ? {} : { weight }),
      },
    ]
  })
}

function parse(line: string, at: FileLine): Record<keyof PairRecord, unknown> {
  let record: unknown
  try {
    record = JSON.parse(line)
  } catch {
    record = undefined
  }
  if (typeof record !== 'object' || record === null)
    throw new DataError(
      `expected a JSON object with user, preferred and other, got ${quote(line)}`,
      at,
    )
  return record as Record<keyof PairRecord, unknown>
}
