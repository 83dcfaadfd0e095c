import type { Dataset } from '../dataset/dataset.js'
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
  const user = lookup(dataset.userIds, 'user', dataset.name)
  const item = lookup(dataset.itemIds, 'item', dataset.name)
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

/** Reads user ids, one a line. @throws DataError naming file, line and value */
export function readUsers(text: string, file: string, dataset: Dataset): Int32Array {
  const user = lookup(dataset.userIds, 'user', dataset.name)
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''))
  const users = lines.flatMap((id, k) => (id === '' ? [] : [user(id, { file, line: k + 1 })]))
  return Int32Array.from(new Set(users))
}

type At = { file: string; line: number }

function parse(line: string, at: At): Record<keyof PairRecord, unknown> {
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

function lookup(ids: string[], role: string, dataset: string): (id: unknown, at: At) => number {
  const index = new Map(ids.map((id, k) => [id, k]))
  return (id, at) => {
    const found = index.get(id as string)
    if (found === undefined) throw new DataError(`${role} ${quote(id)} is not in ${dataset}`, at)
    return found
  }
}
