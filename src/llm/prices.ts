import type { LlmConfig, Price } from './config.js'

/** List prices by model, of the day they were looked up; `llm.price` goes before them. */
const prices: Record<string, Omit<Price, 'currency' | 'date'>> = {
  'gpt-4o': { input: 2.5, cachedInput: 1.25, output: 10 },
  'gpt-4o-mini': { input: 0.15, cachedInput: 0.075, output: 0.6 },
  'gpt-4.1': { input: 2, cachedInput: 0.5, output: 8 },
  'gpt-4.1-mini': { input: 0.4, cachedInput: 0.1, output: 1.6 },
  'gpt-4.1-nano': { input: 0.1, cachedInput: 0.025, output: 0.4 },
}
const lookedUp = '2025-09-01'

/** What the model costs; undefined where it is not known. */
export function priceOf({ price, url, model }: LlmConfig): Price | undefined {
  if (price) return price
  // A local server may call its model anything.
  if (url === undefined || model === undefined || !url.startsWith('https://api.openai.com/') || !(model in prices)) return undefined
  return { ...prices[model], currency: 'USD', date: lookedUp }
}
