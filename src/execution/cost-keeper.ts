import type { LlmConfig, LlmRuntime } from '../llm/config.js'
import { priceOf } from '../llm/prices.js'
import { spendingOf } from '../llm/spending.js'
import { addCost } from '../run/run-cost.js'

/**
 * Keeps what a bill's questions cost in the folder of their run: what was spent since the last
 * call, or since now. Without a price nothing is counted, nor where stored answers alone are read.
 * @param answers - folder of the answer store
 */
export async function costKeeper(
  folder: string,
  llm: LlmConfig,
  asking: { runtime: LlmRuntime; bill: string; answers: string; replay?: boolean },
): Promise<() => Promise<void>> {
  const price = priceOf(llm, asking.runtime)
  if (!price || asking.replay) return async () => undefined
  const change = spendingOf(asking.bill, asking.answers)
  const now = () => change(({ finished, spent }) => ({ finished, spent }))
  let before = await now()
  const keep = async () => {
    const { finished, spent } = await now()
    const requests = finished - before.finished
    const amount = Math.max(0, spent - before.spent)
    before = { finished, spent }
    addCost(folder, { requests, amount, currency: price.currency, priceOf: price.date })
  }
  // One after another: each counts from where the one before has ended.
  let last = Promise.resolve()
  return () => (last = last.catch(() => undefined).then(keep))
}
