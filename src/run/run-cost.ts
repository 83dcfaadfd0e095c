import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { writeAtomically } from '../util/files.js'
import { readChecked, withChecksum } from './checked-json.js'
import { costFile } from './run-files.js'

/** What the questions of a run have cost at one price, in all commands that worked on it. */
export interface RunCost {
  /** Requests that were sent; stored answers are free. */
  requests: number
  amount: number
  currency: string
  /** Day on which the price was looked up, YYYY-MM-DD. */
  priceOf: string
}

const cost: z.ZodType<RunCost> = z.strictObject({
  requests: z.int().nonnegative(),
  amount: z.number().nonnegative(),
  currency: z.string(),
  priceOf: z.string(),
})

const schema = z.strictObject({ costs: z.array(cost) })

/** What the questions of a run have cost, by price. @throws DataError for a damaged file */
export function readCosts(folder: string): RunCost[] {
  const file = join(folder, costFile)
  if (!existsSync(file)) return []
  return readChecked(file, schema, 'remove it: only the cost of the questions is in it').costs
}

/** Adds to what the questions of a run have cost. */
export function addCost(folder: string, more: RunCost): void {
  if (more.requests === 0) return
  const isSamePrice = (one: RunCost) =>
    one.currency === more.currency && one.priceOf === more.priceOf
  const before = readCosts(folder)
  const same = before.find(isSamePrice)
  const sum = {
    ...more,
    requests: more.requests + (same?.requests ?? 0),
    amount: more.amount + (same?.amount ?? 0),
  }
  const costs = [...before.filter((one) => one !== same), sum]
  writeAtomically(join(folder, costFile), JSON.stringify(withChecksum({ costs })) + '\n')
}
