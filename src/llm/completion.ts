import { z } from 'zod'
import { GaveUpError, ProviderError, quote } from '../util/errors.js'
import { withoutSecrets } from '../util/secrets.js'
import type { Completion, Usage } from './chat-model.js'
import { afterThought, thinkingAdvice, withThought } from './thoughts.js'

/** The server's filter took the question or its answer; it says nothing of other questions. */
export class FilteredError extends GaveUpError {}

/**
 * Log-probabilities below that of the least normal 32-bit float are no model's: servers write -9999
 * or -3.4e38 for tokens that they did not compute.
 */
export const leastLogProbability = Math.log(2 ** -126)

/** A log-probability may be above 0 by so much rounding. */
const rounding = 1e-3

/** The probabilities of one token may add up to so much: by rounding, hardly by placeholders. */
const mostMass = 1.5

// JSON has no -Infinity: null stands for it, or a number such as -1e999.
const logProbability = z.custom<number | null>((value) => value === null || isNumber(value))
const isNumber = (value: unknown) => typeof value === 'number' && !Number.isNaN(value)

/** A text as it may be kept. */
const words = z.string().transform((text) => withoutSecrets(text.toWellFormed()))

const firstToken = z
  .object({
    top_logprobs: z.union([
      z
        .array(z.object({ token: words, logprob: logProbability }))
        .transform((top) => top.map(({ token, logprob }) => [token, logprob] as const)),
      z.record(words, logProbability).transform((top) => Object.entries(top)),
    ]),
  })
  .transform(({ top_logprobs }) => logProbabilitiesOf(top_logprobs))

const count = z.int().nonnegative()
const usage = z
  .object({
    // No prompt has none: servers that do not count write 0.
    prompt_tokens: count.positive(),
    completion_tokens: count,
    prompt_tokens_details: z.object({ cached_tokens: count }).optional().catch(undefined),
  })
  .transform(({ prompt_tokens: prompt, completion_tokens, prompt_tokens_details }): Usage => {
    const { cached_tokens: cached = 0 } = prompt_tokens_details ?? {}
    return { prompt, completion: completion_tokens, cached: cached <= prompt ? cached : 0 }
  })

const part = z.union([
  z.object({ type: z.literal('text'), text: words }),
  z.object({ type: z.string().refine((type) => type !== 'text') }),
])
const note = words.optional().catch(undefined)

/** A chat completion. What an answer can do without is left out where it is not as it should be. */
const chatCompletion = z.object({
  choices: z.tuple(
    [
      z.object({
        message: z.object({
          content: z.union([words, z.array(part)]).nullish(),
          refusal: note,
          reasoning: note,
          reasoning_content: note,
        }),
        finish_reason: note,
        logprobs: z
          .object({ content: z.tuple([firstToken], z.unknown()) })
          .optional()
          .catch(undefined),
      }),
    ],
    z.unknown(),
  ),
  usage: usage.optional().catch(undefined),
  system_fingerprint: note,
})

type Choice = z.output<typeof chatCompletion>['choices'][0]

/**
 * Reads a server's answer, of a request or of a batch: the one door for what a server says.
 * @throws FilteredError, GaveUpError or ProviderError for anything but an answer in words
 */
export function readCompletion(body: unknown, server: string): Completion {
  const value = typeof body === 'string' ? parsed(body) : body
  const { data, error } = chatCompletion.safeParse(value)
  if (!data) throw notCompletion(value, error.issues[0], server)
  const choice = data.choices[0]
  const top = choice.logprobs?.content[0]
  return {
    text: textOf(choice, server),
    ...(top ? { firstToken: top } : {}),
    ...(data.usage ? { usage: data.usage } : {}),
    ...(data.system_fingerprint ? { fingerprint: data.system_fingerprint } : {}),
  }
}

/** The answer's text, after its thought. @throws GaveUpError or ProviderError where it has none */
function textOf({ message, finish_reason: finish = '' }: Choice, server: string): string {
  const { content, refusal, reasoning_content, reasoning } = message
  if (/filter|safety/i.test(finish))
    throw new FilteredError(`${server}: filtered by the server (finish_reason ${finish})`, false)
  const parts = typeof content === 'string' ? [{ type: 'text', text: content }] : (content ?? [])
  const said = parts.map((one) => ('text' in one ? one.text : '')).join('')
  const thought = [reasoning_content, reasoning].find((one) => one?.trim())
  const others = parts.some((one) => !('text' in one))
  const text = thought || others ? withThought(thought ?? '', said) : said
  const answered = afterThought(text)
  if (answered?.text.trim()) return text
  if (refusal?.trim()) return `refused: ${refusal}`
  if (answered && !answered.thought && finish !== 'length')
    throw new ProviderError(`${server}: the answer is empty`, true)
  throw new GaveUpError(
    `${server}: the model used up its tokens before it answered (${quote(text)}); ${thinkingAdvice}`,
    false,
  )
}

/**
 * Log-probabilities by token, without those that the server did not give; undefined where they
 * cannot be a distribution.
 */
function logProbabilitiesOf(
  top: readonly (readonly [string, number | null])[],
): Map<string, number> | undefined {
  const given = new Map<string, number>()
  for (const [token, value] of top) {
    if (value !== null && value > rounding) return undefined
    const isGiven = value !== null && value >= leastLogProbability
    if (isGiven && !given.has(token)) given.set(token, Math.min(value, 0))
  }
  const sum = [...given.values()].reduce((total, value) => total + Math.exp(value), 0)
  return given.size > 0 && sum <= mostMass ? given : undefined
}

/** The error of a body that is no completion, in the server's own words where it has some. */
function notCompletion(value: unknown, issue: z.core.$ZodIssue, server: string): ProviderError {
  const { error } = (value ?? {}) as { error?: unknown }
  const where = issue.path.length > 0 ? `${issue.path.join('.')}: ` : ''
  const found = typeof value === 'string' ? quote(value.trim()) : `${where}${issue.message}`
  const problem = error ? wordsOf(error) : `the answer is not a chat completion (${found})`
  const question = error ? '' : '; is it an OpenAI-compatible server? check --llm-url'
  return new ProviderError(`${server}: ${problem}${question}`, true)
}

/** A server's own words about an error, cut. */
export function wordsOf(error: unknown): string {
  const { message } = error as { message?: unknown }
  const words = [message, error].find((one) => typeof one === 'string')
  return (words ?? JSON.stringify(error) ?? String(error)).slice(0, 500).toWellFormed()
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
