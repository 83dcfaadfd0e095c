import OpenAI from 'openai'
import PQueue from 'p-queue'
import { ProviderError } from '../util/errors.js'

import { endsAll } from './server-errors.js'

type Body = Record<string, unknown>

/** Usual parameters that some models refuse, and what a request without them lacks. */
const dispensable: Record<string, string> = {
  max_tokens: 'max_completion_tokens is sent instead',
  top_logprobs: 'it is left out, so answers have no margins',
  logprobs: 'it is left out, so answers have no margins',
  temperature: 'it is left out, so answers may differ from one time to the next',
}

/** A refusal of a parameter, not of what is asked. */
const refusing =
  /unsupported|not support|not allowed|not permitted|unknown|unrecogni[sz]ed|unexpected|extra|invalid|only the default|not available|not enabled/i
const ofTheQuestion = /context|too (?:long|large)/i

/**
 * The parameters that a model takes: learned from its first refusals, and kept for the process. It
 * is in no key of a stored answer.
 */
export class Dialect {
  readonly #refused = new Set<string>()
  readonly #line = new PQueue({ concurrency: 1 })
  /** Error of the first question, where no other would be spared it. */
  #fatal: ProviderError | undefined

  /** A request's body as the model takes it. */
  say(body: Body): Body {
    const said = { ...body }
    for (const name of this.#refused) delete said[name]
    if (this.#refused.has('max_tokens') && 'max_tokens' in body)
      said['max_completion_tokens'] ??= body['max_tokens']
    return said
  }

  /**
   * Learns from a refusal.
   * @param said - the body that was refused
   * @param chosen - parameters that a person has chosen, which are not changed
   * @returns whether the request is worth another try
   */
  learn(error: unknown, said: Body, chosen: Body, onNotice?: (line: string) => void): boolean {
    const name = refusedOf(error)
    if (name === undefined || !(name in said) || name in chosen) return false
    if (this.#refused.has(name)) return true
    const names = name === 'logprobs' ? ['logprobs', 'top_logprobs'] : [name]
    for (const one of names) if (!(one in chosen)) this.#refused.add(one)
    onNotice?.(`the model refuses ${name}: ${dispensable[name]}`)
    return true
  }

  /**
   * Lets the first question go alone, so that what it teaches holds for all others. They wait for
   * its outcome; an error that ends a command is theirs too.
   */
  async inTurn<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#line.concurrency > 1) return ask()
    const before = this.#fatal
    const first = async () => {
      if (this.#fatal && this.#fatal !== before) throw this.#fatal
      this.#fatal = undefined
      try {
        return await ask()
      } catch (error) {
        if (error instanceof ProviderError && endsAll(error)) this.#fatal = error
        throw error
      } finally {
        if (!this.#fatal) this.#line.concurrency = Infinity
      }
    }
    return this.#line.add(first)
  }
}

/** The usual parameter that a server refuses; undefined for any other error. */
function refusedOf(error: unknown): string | undefined {
  if (!(error instanceof OpenAI.APIError)) return undefined
  const { status, param, message } = error as InstanceType<typeof OpenAI.APIError>
  if (status === undefined || status < 400 || status === 401 || status === 429) return undefined
  if (!refusing.test(message) || ofTheQuestion.test(message)) return undefined
  if (typeof param === 'string' && param in dispensable) return param
  return Object.keys(dispensable).find((name) => new RegExp(`(?<!\\w)${name}(?!\\w)`).test(message))
}

const dialects = new Map<string, Dialect>()

/** What this process has learned about a model of a server. */
export function dialectOf(url: string, model: string): Dialect {
  const key = JSON.stringify([url, model])
  const known = dialects.get(key) ?? new Dialect()
  dialects.set(key, known)
  return known
}
