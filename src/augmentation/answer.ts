import type { Completion } from '../llm/chat-model.js'
import { ModelOutputError, quote } from '../util/errors.js'

/**
 * Whether the first option is preferred, and by how much if the model gave probabilities.
 */
export interface Answer {
  first: boolean
  /** log(P("1") / P("2")), nats. */
  margin?: number
}

/**
 * Reads an answer: by the log-probabilities of the two digits where both are known, else by the
 * text, which must be 1 or 2, or {"answer": "1"}, and no more.
 * @throws ModelOutputError for any other text
 */
export function readAnswer({ text, firstToken }: Completion): Answer {
  const one = digit(firstToken, '1')
  const two = digit(firstToken, '2')
  if (one !== undefined && two !== undefined && one !== two)
    return { first: one > two, margin: one - two }
  const match = /^\s*(?:\{\s*"answer"\s*:\s*)?["'(*]*([12])["').*]*\s*\}?\s*$/.exec(text)
  if (!match) throw new ModelOutputError(`the model answered ${quote(text)}; allowed: 1 or 2`)
  return { first: match[1] === '1', ...(one !== undefined && one === two ? { margin: 0 } : {}) }
}

function digit(tokens: Map<string, number> | undefined, wanted: string): number | undefined {
  for (const [token, logProbability] of tokens ?? [])
    if (token.trim() === wanted) return logProbability
  return undefined
}
