import { z } from 'zod'

/** Which chat model is asked. Without `url`, the offline reader: free, deterministic, no language model. */
export const llmConfig = z.strictObject({
  /** Base URL of an OpenAI-compatible server, e.g. http://localhost:8080/v1 */
  url: z.url({ protocol: /^https?$/ }).optional(),
  /** Model name as the server knows it. */
  model: z.string().optional(),
  /** Name of the environment variable that holds the key; the key itself is never written anywhere. */
  apiKeyVariable: z.string().default('OPENAI_API_KEY'),
  maxRetries: z.number().int().min(0).max(20).default(4),
  timeoutSeconds: z.number().positive().default(120),
  /** Requests in flight. */
  concurrency: z.number().int().min(1).max(256).default(8),
})

export type LlmConfig = z.infer<typeof llmConfig>
