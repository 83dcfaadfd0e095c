import { z } from 'zod'
import { keepSecret } from '../util/secrets.js'

/** Schema of a price. */
export const priceConfig = z.strictObject({
  /** Price of a million prompt tokens. */
  input: z.number().nonnegative(),
  /** Price of a million prompt tokens that the server had cached. Absent: that of the others. */
  cachedInput: z.number().nonnegative().optional(),
  /** Price of a million answer tokens. */
  output: z.number().nonnegative(),
  /** Currency, for people. */
  currency: z.string().default('USD'),
  /** Day on which the price was looked up, YYYY-MM-DD. */
  date: z.iso.date(),
})

/** Price of a million tokens of a chat model. */
export interface Price extends z.infer<typeof priceConfig> {}

function isServerUrl(url: string): boolean {
  const valid = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)
  // The error quotes it.
  const [, name, password] = /^(?:.*\/\/)?([^:@]*):?(.*)@/.exec(url) ?? []
  if (!valid && name !== undefined) keepSecret(password || name)
  return valid
}

const keyName = /^(x[-_])?(api[-_]?key|(access[-_]?)?token|authorization|secret|password)$/i

/** Whether a name at any depth is that of a key. */
function holdsKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([name, inner]) => keyName.test(name) || holdsKey(inner))
}

/** Longest time that a timer of Node can wait, seconds. */
const longestTimer = Math.floor((2 ** 31 - 1) / 1000)

/**
 * Schema of section `llm`: everything here can change an answer. Without `url` and `gguf`, the
 * offline reader answers: free, deterministic, no language model. `llmConfig` (config.ts) also
 * checks the name of the back-end.
 */
export const llmSettings = z.strictObject({
  /**
   * Name of the registry `chatModels`. Absent: `gguf` where there is a model file, `openai` where
   * there is a URL, else `offline-reader`.
   */
  backend: z.string().optional(),
  /** Path of a GGUF model file, which runs in this process (needs node-llama-cpp). */
  gguf: z.string().optional(),
  /** Base URL of an OpenAI-compatible server, e.g. http://localhost:8080/v1 */
  url: z
    .string()
    .refine(isServerUrl, {
      error: 'expected a URL that begins with http:// or https://, e.g. http://localhost:8080/v1',
    })
    .optional(),
  /** Model name as the server knows it. */
  model: z.string().optional(),
  /**
   * How answers are held to 1 and 2: `logit-bias` (OpenAI), `grammar` (llama.cpp), `choice` (vLLM),
   * `json-schema` (Ollama, LM Studio).
   */
  constrain: z.enum(['none', 'logit-bias', 'grammar', 'choice', 'json-schema']).default('none'),
  /**
   * Further parameters of each chat request; null removes a usual one, e.g.
   * {"max_tokens":null,"max_completion_tokens":1}.
   */
  extra: z
    .record(z.string(), z.json())
    .refine((extra) => !holdsKey(extra), {
      error: 'a key or password does not go here: it would be stored; llm.apiKeyVariable names one',
    })
    .default({}),
  /** Makes the answers of the offline reader worse, so that an audit has something to find. */
  offline: z
    .strictObject({
      /**
       * Standard deviation of a normal number, drawn from the prompt, that is added to log(P("1") /
       * P("2")), nats.
       */
      noise: z.number().nonnegative().default(0),
      /** Added to log(P("1") / P("2")), nats. */
      positionBias: z.number().default(0),
    })
    .prefault({}),
})

/**
 * Which chat model is asked, and how: the settings that can change an answer. Part of the
 * configuration's hash. Defaults: `readConfig({}).llm`.
 */
export interface LlmConfig extends z.infer<typeof llmSettings> {}

/**
 * Schema of the run-time settings of a chat model: nothing here can change an answer. They are
 * written as `llm.concurrency` and so on, beside those of `llmSettings`, but are in no hash, key or
 * config.json.
 */
export const llmRuntimeConfig = z.strictObject({
  /**
   * Name of the environment variable that holds the key. The key itself is never written anywhere.
   */
  apiKeyVariable: z.string().default('OPENAI_API_KEY'),
  /** Price of the model. Absent: the list price where it is known (prices.ts). */
  price: priceConfig.optional(),
  /** Tries after the first one, while a request fails for a reason that may pass. */
  maxRetries: z.number().int().min(0).max(20).default(4),
  /** Wait before the second try, milliseconds; doubled for each further one, and jittered. */
  retryMilliseconds: z.number().int().min(0).default(500),
  /** Longest wait for a whole answer, and for a server that is still loading its model, seconds. */
  timeoutSeconds: z.number().positive().max(longestTimer).default(120),
  /** Time between two looks at a batch, seconds. */
  batchPollSeconds: z.number().positive().max(longestTimer).default(30),
  /** The whole of a `url` that holds a password or a key; `url` itself is kept without them. */
  secretUrl: z.url().optional(),
  /** Whether answers are refused where the server counts less than half of the prompt's tokens. */
  refuseCutPrompts: z.boolean().default(true),
  /** Most requests in flight; fewer while the server says that it gets too many (429). */
  concurrency: z.number().int().min(1).max(256).default(8),
})

/**
 * How a chat model is reached and what it costs: plain data, none of which can change an answer.
 * Defaults: `defaultLlmRuntime`.
 */
export interface LlmRuntime extends z.infer<typeof llmRuntimeConfig> {
  /** Price of the model; absent = the list price where it is known. */
  price?: Price
}

/** Default of each setting of `LlmRuntime`. */
export const defaultLlmRuntime: LlmRuntime = llmRuntimeConfig.parse({})
