import type { Usage } from './chat-model.js'
import type { LlmConfig, LlmRuntime, Price } from './settings.js'

/** List prices by model; `llm.price` takes precedence. */
const prices: Record<string, Omit<Price, 'currency' | 'date'>> = {
  'gpt-4o': { input: 2.5, cachedInput: 1.25, output: 10 },
  'gpt-4o-mini': { input: 0.15, cachedInput: 0.075, output: 0.6 },
  'gpt-4.1': { input: 2, cachedInput: 0.5, output: 8 },
  'gpt-4.1-mini': { input: 0.4, cachedInput: 0.1, output: 1.6 },
  'gpt-4.1-nano': { input: 0.1, cachedInput: 0.025, output: 0.4 },
}
const lookedUp = '2025-09-01'

/** How a price is said, for messages. */
export const priceFlag = `--set llm.price='{"input":0.15,"output":0.6,"date":"2026-11-01"}'`

/** The OpenAI Batch API takes this share of the price of asking at once. */
export const batchShare = 0.5

/** Price of the configured model; undefined where it is not known. */
export function priceOf(
  { url, model }: LlmConfig,
  { price }: Pick<LlmRuntime, 'price'>,
): Price | undefined {
  if (price) return price
  // A local server may call its model anything.
  if (
    url === undefined ||
    model === undefined ||
    !url.startsWith('https://api.openai.com/') ||
    !(model in prices)
  )
    return undefined
  return { ...prices[model], currency: 'USD', date: lookedUp }
}

/**
 * Cost of tokens, in the currency of the price; tokens that the server had cached may cost less.
 */
export function costOf({ prompt, completion, cached }: Usage, price: Price): number {
  return (
    ((prompt - cached) * price.input +
      cached * (price.cachedInput ?? price.input) +
      completion * price.output) /
    1e6
  )
}
