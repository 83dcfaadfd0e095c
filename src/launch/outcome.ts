import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { readIdTable } from '../dataset/door/id-table.js'
import { idFinder } from '../dataset/id-files.js'
import { relevanceOf } from '../dataset/relevance.js'
import { type Relevance, relevantOf } from '../dataset/split.js'
import { shelfSize } from '../evaluation/shelf.js'
import { shelfMetrics } from '../evaluation/shelf-metrics.js'
import type { Engine } from '../two-tower/engine.js'
import { InputError } from '../util/errors.js'
import { range } from '../util/typed.js'
import { meanAndError } from '../util/statistics.js'
import type { ShelfExpectation } from './expectation.js'
import type { LaunchModel } from './model.js'
import { recommend } from './recommend.js'

/** The lists that a launch wrote, and what it said to expect of them. */
export interface WrittenLists {
  /** Places of a list. */
  k: number
  /** Items of each user's list. */
  lists: ReadonlyMap<number, readonly number[]>
  /** Absent where nothing was rehearsed. */
  expected?: Expected
}

/** What lists were expected to hit, as far as it can be compared. */
export type Expected = Pick<
  ShelfExpectation,
  'users' | 'withNew' | 'ofNew' | 'ofKnown' | 'knownOnly'
>

const hits = z.object({ per1000: z.number(), interval: z.tuple([z.number(), z.number()]) })
const launchRecord = z.object({
  k: z.int().positive(),
  expected: z
    .object({ withNew: hits, ofNew: hits, ofKnown: hits, knownOnly: hits, users: z.number() })
    .optional(),
})

/** Reads `launch.json` and `recommendations.csv`. @throws DataError, InputError */
export async function readWrittenLists(folder: string, model: LaunchModel): Promise<WrittenLists> {
  const { k, expected } = readRecord(join(folder, 'launch.json'))
  const findUser = idFinder(model.userIds, 'user_id', 'in model/')
  const findItem = idFinder(model.itemIds, 'item_id', 'in model/')
  const lists = new Map<number, number[]>()
  const dialect = { delimiter: ',', quote: '"', header: true } as const
  const columns = { user: 'user_id', item: 'item_id', users: 'needed', dialect } as const
  for (const row of await readIdTable(join(folder, 'recommendations.csv'), columns)) {
    const user = findUser(row.user, row.at)
    const list = lists.get(user)
    if (list) list.push(findItem(row.item, row.at))
    else lists.set(user, [findItem(row.item, row.at)])
  }
  return { k, lists, ...(expected ? { expected } : {}) }
}

function readRecord(file: string): z.infer<typeof launchRecord> {
  try {
    return launchRecord.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'is missing' : 'is damaged'
    throw new InputError(
      `${file} ${reason}; name the whole folder that \`understudy launch\` wrote`,
      { cause: error },
    )
  }
}

/** Hits for each 1,000 users, with the standard error over users. */
export interface CountedHits {
  per1000: number
  standardError: number
}

/** How a launch did. */
export interface Outcome {
  /** Users with a later choice. */
  users: number
  /** Metrics of the best 50 items of each user, by name (`shelfMetrics`). */
  shelf: Record<string, number>
  /** New items ranked among themselves, for the users who chose one. */
  newItems: { users: number; recall: Record<string, number> }
  /**
   * Hits of the lists that were written; of these, new and known items; and of lists of known items
   * alone.
   */
  written: Record<'withNew' | 'ofNew' | 'ofKnown' | 'knownOnly', CountedHits>
}

/** Cut-offs of new items ranked among themselves. */
const newCutoffs = [10, 50]

/**
 * Scores a launch against what users chose afterwards.
 * @param ks - cut-offs of the shelf, at most 50
 */
export function outcome(
  model: LaunchModel,
  later: Relevance,
  { k, lists }: WrittenLists,
  ks: readonly number[],
  engine: Engine,
): Outcome {
  const isNew = (item: number) => item >= model.numKnown
  const { users } = later
  const best = (of: Int32Array, newOnly: boolean) =>
    recommend(model, engine, { users: of, k: shelfSize, newOnly }).lists.items
  const laterNew = relevanceOf(
    Array.from(users, (user, n) => [user, [...relevantOf(later, n)].filter(isNew)]),
  )
  const { mean } = shelfMetrics(best(laterNew.users, true), laterNew, isNew, newCutoffs)
  const known = range(model.numKnown)
  const knownOnly = recommend(model, engine, { users, k, items: known }).lists.items
  const counts = Array.from(users, (user, n) => {
    const relevant = relevantOf(later, n)
    const hit = (lists.get(user) ?? []).filter((item) => relevant.has(item))
    const without = knownOnly.subarray(n * k, (n + 1) * k).filter((item) => relevant.has(item))
    return { all: hit.length, fresh: hit.filter(isNew).length, without: without.length }
  })
  return {
    users: users.length,
    shelf: shelfMetrics(best(users, false), later, isNew, ks).mean,
    newItems: {
      users: laterNew.users.length,
      recall: Object.fromEntries(newCutoffs.map((k) => [k, mean[`recall@${k}`]])),
    },
    written: {
      withNew: per1000(counts.map(({ all }) => all)),
      ofNew: per1000(counts.map(({ fresh }) => fresh)),
      ofKnown: per1000(counts.map(({ all, fresh }) => all - fresh)),
      knownOnly: per1000(counts.map(({ without }) => without)),
    },
  }
}

function per1000(counts: number[]): CountedHits {
  const { mean, standardError } = meanAndError(counts)
  return { per1000: 1000 * mean, standardError: 1000 * standardError }
}
