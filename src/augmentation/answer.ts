import type { Completion } from '../llm/chat-model.js'
import { leastLogProbability } from '../llm/completion.js'
import { afterThought, thinkingAdvice } from '../llm/thoughts.js'
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
 * Share of the first token's probability that the two digits must hold together for a margin: below
 * it, the model is about to say something else, and the digits are noise.
 */
const leastMass = 0.5

/**
 * Reads an answer. Where the digits hold most of the first token's probability, and both have one,
 * their log-probabilities decide, also against the text, which is then one draw against the odds.
 * Otherwise the text decides, after whatever the model thought: 1 or 2, or {"answer": "1"}, and no
 * more. It has a margin where it is a plain digit and the log-probabilities, however small, agree:
 * those of a server that is held to the digits are of the model without that hold.
 * @throws ModelOutputError for any other text
 */
export function readAnswer({ text: whole, firstToken }: Completion): Answer {
  const after = afterThought(whole)
  if (!after) throw new ModelOutputError(`the model answered ${quote(whole)}: ${thinkingAdvice}`)
  const { thought, text } = after
  // After a thought, the first token is the thought's.
  const { mass, odds } = thought ? noOdds : oddsOf(firstToken ?? [])
  if (odds && mass > leastMass) return { first: odds > 0, margin: odds }
  const match = /^\s*(?:\{\s*"answer"\s*:\s*)?["'(*]*([12])["').*]*\s*\}?\s*$/.exec(text)
  if (!match) throw new ModelOutputError(`the model answered ${quote(text)}; allowed: 1 or 2`)
  const first = match[1] === '1'
  const agree = odds === 0 || odds! > 0 === first
  const counts = odds !== undefined && agree && (mass > leastMass || /^ ?[12]$/.test(text))
  return { first, ...(counts ? { margin: odds } : {}) }
}

/** Probability of both digits together, and log(P("1") / P("2")), nats, where both have one. */
interface Odds {
  mass: number
  odds?: number
}
const noOdds: Odds = { mass: 0 }

function oddsOf(tokens: Iterable<[token: string, logProbability: number]>): Odds {
  // Stores of earlier versions hold answers that were not checked.
  const sound = [...tokens].filter(
    ([token, value]) =>
      typeof token === 'string' && Number.isFinite(value) && value >= leastLogProbability,
  )
  const [one, two] = ['1', '2'].map((digit) =>
    sound.filter(([token]) => token.trim() === digit).map(([, value]) => value),
  )
  const mass = [...one, ...two].reduce((sum, value) => sum + Math.exp(value), 0)
  if (one.length === 0 || two.length === 0) return { mass }
  return { mass, odds: Math.max(...one) - Math.max(...two) }
}
