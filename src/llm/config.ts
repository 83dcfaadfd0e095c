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

/** Which chat model is asked. Without `url` and `gguf`, the offline reader: free, deterministic, no language model. */
export const llmConfig = z.strictObject({
  /** A GGUF model file, run in this process (needs node-llama-cpp). */
  gguf: z.string().optional(),
  /** Base URL of an OpenAI-compatible server, e.g. http://localhost:8080/v1 */
  url: z.url({ protocol: /^https?$/ }).optional(),
  /** Model name as the server knows it. */
  model: z.string().optional(),
  /** Name of the environment variable that holds the key; the key itself is never written anywhere. */
  apiKeyVariable: z.string().default('OPENAI_API_KEY'),
  /** What the model costs; absent = as listed (prices.ts), else not known and said not to be. */
  price: priceConfig.optional(),
  /** How answers are held to 1 and 2: logit-bias (OpenAI), grammar (llama.cpp), choice (vLLM), json-schema (Ollama, LM Studio). */
  constrain: z.enum(['none', 'logit-bias', 'grammar', 'choice', 'json-schema']).default('none'),
  /** Further parameters of each chat request; null takes one of ours away, e.g. {"max_tokens":null,"max_completion_tokens":1}. */
  extra: z.record(z.string(), z.json()).default({}),
  /** Worse answers of the offline reader, so that an audit has something to find. */
  offline: z
    .strictObject({
      /** Standard deviation of a normal number that is added to log(P("1") / P("2")), drawn from the prompt, nats. */
      noise: z.number().nonnegative().default(0),
      /** Added to log(P("1") / P("2")), nats. */
      positionBias: z.number().default(0),
    })
    .prefault({}),
  /** Tries after the first, where a request fails for a time. */
  maxRetries: z.number().int().min(0).max(20).default(4),
  /** Wait before the second try; doubled for each further one, and jittered. */
  retryMilliseconds: z.number().int().min(0).default(500),
  timeoutSeconds: z.number().positive().default(120),
  /** Between two looks at a batch. */
  batchPollSeconds: z.number().positive().default(30),
  /** Requests in flight, at most; fewer while the server says that it is too many (429). */
  concurrency: z.number().int().min(1).max(256).default(8),
})

export type LlmConfig = z.infer<typeof llmConfig>
