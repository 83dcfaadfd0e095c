import { chatBackend } from '../llm/backends/index.js'
import type { LlmConfig, LlmRuntime } from '../llm/config.js'
import { priceOf } from '../llm/prices.js'
import { spendingOf } from '../llm/spending.js'
import { addCost, type RunCost } from '../run/run-cost.js'

/** What was sent to a language model, retries included, and its cost where a price is known. */
export interface Spent {
  requests: number
  cost?: Pick<RunCost, 'amount' | 'currency' | 'priceOf'>
}

/**
 * Tells what a bill sends and spends from now on; nothing where judges are free, or stored answers
 * alone are read.
 * @param answers - folder of the answer store
 */
export async function spentFromNow(
  llm: LlmConfig,
  asking: { runtime: LlmRuntime; bill: string; answers: string; replay?: boolean },
): Promise<() => Promise<Spent>> {
  if (chatBackend(llm).free || asking.replay) return async () => ({ requests: 0 })
  const price = priceOf(llm, asking.runtime)
  const change = spendingOf(asking.bill, asking.answers)
  const now = () => change(({ finished, spent }) => ({ finished, spent }))
  const before = await now()
  return async () => {
    const { finished, spent } = await now()
    const requests = finished - before.finished
    if (!price) return { requests }
    const amount = Math.max(0, spent - before.spent)
    return { requests, cost: { amount, currency: price.currency, priceOf: price.date } }
  }
}

/**
 * Keeps what was spent in the folder of its run: each call adds what is new since the last one.
 * Without a price nothing is kept.
 */
export function costKeeper(folder: string, spent: () => Promise<Spent>): () => Promise<void> {
  let before = { requests: 0, amount: 0 }
  const keep = async () => {
    const { requests, cost } = await spent()
    if (!cost) return
    const { amount } = cost
    const more = {
      requests: requests - before.requests,
      amount: Math.max(0, amount - before.amount),
    }
    before = { requests, amount }
    addCost(folder, { ...cost, ...more })
  }
  // One after another: each counts from where the one before has ended.
  let last = Promise.resolve()
  return () => (last = last.catch(() => undefined).then(keep))
}
