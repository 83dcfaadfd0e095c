import type { Message } from './chat-model.js'

/** Counts tokens of a text. */
export type CountTokens = (text: string) => number

/** OpenAI's o200k encoding, loaded on first use; other models count a little otherwise. */
export async function tokenizer(): Promise<CountTokens> {
  const { countTokens } = await import('./o200k.js')
  // A control token in the text of an item is text, as it is for the server.
  const asText = { disallowedSpecial: new Set<string>() }
  return (text) => countTokens(text, asText)
}

/** Tokens of a chat: 4 for each message's frame, 3 for the answer's. */
export async function promptTokens(messages: Message[]): Promise<number> {
  const count = await tokenizer()
  let sum = 3
  for (const { content } of messages) {
    sum += 4
    for (const line of content.split(lineEnds)) sum += tokensOfLine(line, count)
  }
  return sum
}

/** No token of o200k goes from a line's end into a text after it, so lines can be counted alone. */
const lineEnds = /(?<=\n)(?=[^\s/])/

/** Prompts share most of their lines: the items of histories. */
const known = new Map<string, number>()
const mostKnown = 50_000

function tokensOfLine(line: string, count: CountTokens): number {
  const before = known.get(line)
  if (before !== undefined) return before
  const tokens = count(line)
  if (known.size >= mostKnown) known.clear()
  known.set(line, tokens)
  return tokens
}

/**
 * Most prompt tokens that any server can count: no tokenizer makes more tokens of a text than it
 * has bytes, and a server's own frame of a chat has some.
 */
export function mostPromptTokens(messages: Message[]): number {
  return messages.reduce((sum, { content }) => sum + Buffer.byteLength(content) + 16, 128)
}

/** Parameters that bound the tokens of an answer, on one server or another. */
const bounds = ['max_tokens', 'max_completion_tokens', 'max_new_tokens', 'n_predict']

/**
 * Most answer tokens of a request: the largest bound that is set, for each of its `n` answers.
 * Infinity where none is, or one that is no number.
 * @param parameters - that the configuration adds; null removes a usual one
 * @param maxTokens - the usual `max_tokens`
 */
export function mostAnswerTokens(parameters: Record<string, unknown>, maxTokens: number): number {
  const body: Record<string, unknown> = { max_tokens: maxTokens, ...parameters }
  const set = bounds.flatMap((name) => {
    const value = body[name] ?? undefined
    return value === undefined ? [] : [Number(value) >= 0 ? Number(value) : Infinity]
  })
  const answers = Math.max(1, Number(body['n'] ?? 1) || 1)
  return set.length === 0 ? Infinity : answers * Math.max(...set)
}
