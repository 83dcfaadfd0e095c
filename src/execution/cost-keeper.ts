import type { LlmConfig, LlmRuntime } from '../llm/config.js'
import { priceOf } from '../llm/prices.js'
import { spendingOf } from '../llm/spending.js'
import { addCost } from '../run/run-cost.js'

/**
 * Keeps what a bill's questions cost in the folder of their run: what was spent since the last
 * call, or since now. Without a price nothing is counted.
 * @param answers - folder of the answer store
 */
export async function costKeeper(
  folder: string,
  llm: LlmConfig,
  { runtime, bill, answers }: { runtime: LlmRuntime; bill: string; answers: string },
): Promise<() => Promise<void>> {
  const price = priceOf(llm, runtime)
  if (!price) return async () => undefined
  const change = spendingOf(bill, answers)
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
