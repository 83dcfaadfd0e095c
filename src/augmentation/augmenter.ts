import { hasText } from '../dataset/content.js'
import type { Dataset } from '../dataset/dataset.js'
import type { Split } from '../dataset/split.js'
import type { AskOptions, ChatModel, Message } from '../llm/chat-model.js'
import { type CountTokens, tokenizer } from '../llm/tokens.js'
import { InputError, ModelOutputError } from '../util/errors.js'
import { stream } from '../util/random.js'
import { type Answer, readAnswer } from './answer.js'
import type { AugmentationConfig } from './config.js'
import { type HistoryItem, newestThatFit, promptForms, promptMessages } from './prompt.js'
import { type Question, questionMaker } from './questions.js'

/** A synthetic preference: `user` prefers `preferred` to `other` (dense indices). */
export interface PreferencePair {
  user: number
  preferred: number
  other: number
  /** log(P(preferred) / P(other)), nats, >= 0; absent where the model gives no probabilities. */
  margin?: number
}

/** The pairs of a selection and what they cost. */
export interface Augmentation {
  pairs: PreferencePair[]
  /** Questions put to the chat model for these users, reused answers counted. */
  calls: number
  /** Questions whose answer could not be read; they give no pair. */
  failed: number
  /** Share of the answers that chose the option shown first; .5 for an unbiased judge. */
  firstPositionShare: number
  /** With bothOrders: share of the pairs whose two answers disagree. */
  flipRate?: number
}

/** What came of one question, in one order or both. */
export interface Asked {
  /** Absent where no answer could be read, or the two orders disagree without margins. */
  pair?: PreferencePair
  calls: number
  failed: number
  /** Answers that chose the option shown first. */
  first: number
  /** Whether both orders chose the same position. */
  flipped: boolean
}

/** Asks understudies. Answers are kept in memory, so a user is asked once, whichever selections it is in. */
export class Augmenter {
  readonly #known = new Map<number, Asked[]>()
  readonly #questions: (user: number) => Question[]
  #countTokens: CountTokens | undefined
  readonly #shown = new Map<number, HistoryItem[]>()

  constructor(
    private readonly dataset: Dataset,
    private readonly split: Split,
    private readonly model: ChatModel,
    private readonly config: AugmentationConfig,
    private readonly run: { seed: number; concurrency: number; signal?: AbortSignal },
  ) {
    const askable = split.coldItems.all.filter((item) => hasText(dataset.items[item]))
    if (config.prompt === 'llm-user-top-rated' && !split.train.rating) throw new InputError(`prompt llm-user-top-rated needs ratings, which ${dataset.name} does not have`)
    if (askable.length < 2)
      throw new InputError(`${dataset.name}: ${askable.length} cold items have a title, category or brand; a chat model needs at least 2`)
    this.#questions = questionMaker(dataset, split, askable, config, config.questionSeed ?? run.seed)
  }

  /** @param onUser - called after each user whose answers had to be asked for */
  async augment(users: Int32Array, onUser?: () => void): Promise<Augmentation> {
    const waiting = users.filter((user) => !this.#known.has(user)).values()
    const worker = async () => {
      for (const user of waiting) {
        this.#known.set(user, await this.#askUser(user))
        onUser?.()
      }
    }
    await Promise.all(Array.from({ length: this.run.concurrency }, worker))
    return summarise(Array.from(users, (user) => this.#known.get(user)!).flat(), this.config.bothOrders)
  }

  async #askUser(user: number): Promise<Asked[]> {
    return this.ask(user, this.#questions(user))
  }

  /** Asks given questions of a user, e.g. those of an audit. */
  async ask(user: number, questions: readonly Question[]): Promise<Asked[]> {
    await this.#loadTokenizer()
    const asked: Asked[] = []
    // One after the other: the history is their common prefix, which servers cache.
    for (const question of questions) asked.push(await this.#askPair(user, question))
    this.#shown.delete(user)
    return asked
  }

  async #askPair(user: number, [a, b]: Question): Promise<Asked> {
    const answers = [await this.#ask(user, a, b)]
    if (this.config.bothOrders) answers.push(await this.#ask(user, b, a))
    const read = answers.filter((answer) => answer !== undefined)
    return {
      ...this.#disturbed(combine(user, a, b, answers)),
      calls: answers.length,
      failed: answers.length - read.length,
      first: read.filter((answer) => answer.first).length,
      flipped: read.length === 2 && read[0].first === read[1].first,
    }
  }

  /** What would be sent for these users, nothing of it being asked. */
  async *prompts(users: Int32Array): AsyncIterable<{ messages: Message[]; options: AskOptions }> {
    await this.#loadTokenizer()
    for (const user of users) {
      for (const [a, b] of this.#questions(user)) {
        yield { messages: this.#messages(user, a, b), options: this.#options() }
        if (this.config.bothOrders) yield { messages: this.#messages(user, b, a), options: this.#options() }
      }
      this.#shown.delete(user)
    }
  }

  #messages(user: number, first: number, second: number): Message[] {
    const { items } = this.dataset
    return promptMessages(this.#shownOf(user), items[first], items[second])
  }

  async #loadTokenizer(): Promise<void> {
    if (this.config.historyTokens !== null) this.#countTokens ??= await tokenizer()
  }

  #options(): AskOptions {
    return { maxTokens: 1, promptVersion: promptForms[this.config.prompt].version, signal: this.run.signal }
  }

  async #ask(user: number, first: number, second: number): Promise<Answer | undefined> {
    const completion = await this.model.complete(this.#messages(user, first, second), this.#options())
    try {
      return readAnswer(completion)
    } catch (error) {
      if (error instanceof ModelOutputError) return undefined
      throw error
    }
  }

  /** Turns a share `noise` of the pairs round, the same ones whenever they are asked. */
  #disturbed({ pair }: { pair?: PreferencePair }): { pair?: PreferencePair } {
    const { noise } = this.config
    if (!pair || noise === 0) return pair ? { pair } : {}
    const [low, high] = [pair.preferred, pair.other].sort((x, y) => x - y)
    if (stream(this.run.seed, 'noise', pair.user, low, high).uniform() >= noise) return { pair }
    return { pair: { ...pair, preferred: pair.other, other: pair.preferred } }
  }

  #shownOf(user: number): HistoryItem[] {
    const { start, item, rating } = this.split.train
    let shown = this.#shown.get(user)
    if (!shown) {
      const history = []
      for (let k = start[user]; k < start[user + 1]; k++) history.push({ text: this.dataset.items[item[k]], ...(rating ? { rating: rating[k] } : {}) })
      const { prompt, historyItems, questionSeed } = this.config
      shown = promptForms[prompt].shown(history, historyItems, stream(questionSeed ?? this.run.seed, 'prompt', this.dataset.userIds[user]))
      if (this.config.historyTokens !== null) shown = newestThatFit(shown, this.config.historyTokens, this.#countTokens!)
      this.#shown.set(user, shown)
    }
    return shown
  }
}

/** One order: the answer. Both orders: the mean margin, or agreement where there are no margins. */
function combine(user: number, a: number, b: number, answers: (Answer | undefined)[]): { pair?: PreferencePair } {
  const [one, other] = answers
  if (!one || (answers.length === 2 && !other)) return {}
  const signs = other ? [one, { first: !other.first, margin: other.margin === undefined ? undefined : -other.margin }] : [one]
  if (signs.every(({ margin }) => margin !== undefined)) {
    const margin = signs.reduce((sum, answer) => sum + answer.margin!, 0) / signs.length
    const prefersA = margin === 0 ? signs[0].first : margin > 0
    return { pair: { user, preferred: prefersA ? a : b, other: prefersA ? b : a, margin: Math.abs(margin) } }
  }
  if (signs.some(({ first }) => first !== signs[0].first)) return {}
  return { pair: { user, preferred: signs[0].first ? a : b, other: signs[0].first ? b : a } }
}

function summarise(asked: Asked[], bothOrders: boolean): Augmentation {
  const pairs: PreferencePair[] = []
  let [calls, failed, first, flipped] = [0, 0, 0, 0]
  for (const one of asked) {
    if (one.pair) pairs.push(one.pair)
    calls += one.calls
    failed += one.failed
    first += one.first
    if (one.flipped) flipped++
  }
  return {
    pairs,
    calls,
    failed,
    firstPositionShare: first / Math.max(1, calls - failed),
    ...(bothOrders ? { flipRate: flipped / Math.max(1, asked.length) } : {}),
  }
}
