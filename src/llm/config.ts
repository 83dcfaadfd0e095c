import { z } from 'zod'

/** Price of a million tokens, and the day it was looked up. */
export const priceConfig = z.strictObject({
  input: z.number().nonnegative(),
  /** Of prompt tokens that the server had cached; absent = as input. */
  cachedInput: z.number().nonnegative().optional(),
  output: z.number().nonnegative(),
  currency: z.string().default('USD'),
  date: z.iso.date(),
})

export type Price = z.infer<typeof priceConfig>

/** Which chat model is asked. Without `url`, the offline reader: free, deterministic, no language model. */
export const llmConfig = z.strictObject({
  /** Base URL of an OpenAI-compatible server, e.g. http://localhost:8080/v1 */
  url: z.url({ protocol: /^https?$/ }).optional(),
  /** Model name as the server knows it. */
  model: z.string().optional(),
  /** Name of the environment variable that holds the key; the key itself is never written anywhere. */
  apiKeyVariable: z.string().default('OPENAI_API_KEY'),
  /** What the model costs; without it, costs are not known and said not to be. */
  price: priceConfig.optional(),
  maxRetries: z.number().int().min(0).max(20).default(4),
  timeoutSeconds: z.number().positive().default(120),
  /** Requests in flight. */
  concurrency: z.number().int().min(1).max(256).default(8),
})

export type LlmConfig = z.infer<typeof llmConfig>
