import { hasText } from '../dataset/content.js'
import type { Dataset } from '../dataset/dataset.js'
import type { Split } from '../dataset/split.js'
import type { Prompt } from '../llm/answer-store.js'
import type { ChatModel, Message } from '../llm/chat-model.js'
import { type CountTokens, tokenizer } from '../llm/tokens.js'
import { ConfigError, GaveUpError, InputError, ModelOutputError } from '../util/errors.js'
import { stream } from '../util/random.js'
import { type Answer, readAnswer } from './answer.js'
import type { AugmentationConfig } from './config.js'
import { type HistoryItem, likelihoodContexts, likelihoodText, likelihoodVersion, newestThatFit, promptForms, promptMessages } from './prompt.js'
import { type Question, questionMaker } from './questions.js'

/** A synthetic preference: `user` prefers `preferred` to `other` (dense indices). */
export interface PreferencePair {
  user: number
  preferred: number
  other: number
  /** log(P(preferred) / P(other)), nats, >= 0; absent where the model gives no probabilities. */
  margin?: number
  /** Whether both orders chose the same item, where both were asked. */
  agree?: boolean
  /** In training, relative to other pairs; absent = 1. */
  weight?: number
}

/** The pairs of a selection and what they cost. */
export interface Augmentation {
  pairs: PreferencePair[]
  /** Questions put to the chat model for these users, reused answers counted. */
  calls: number
  /** Questions that got no answer, or one that could not be read; they give no pair. */
  failed: number
  /** Of the failed questions, by what was wrong. */
  failures: Map<string, number>
  /** Share of the answers that chose the option shown first; .5 for an unbiased judge. Absent where there is no order. */
  firstPositionShare?: number
  /** With bothOrders: share of the pairs whose two answers disagree. */
  flipRate?: number
}

/** What came of one question, in one order or both. */
export interface Asked {
  /** Absent where no answer could be read, or the two orders disagree without margins. */
  pair?: PreferencePair
  calls: number
  /** What was wrong with each failed question. */
  failures: string[]
  /** Answers in an order, and how many of them chose the option shown first. */
  ordered: number
  first: number
  /** Whether both orders chose the same position; absent where not both were answered. */
  flipped?: boolean
}

/** Asks understudies. Answers are kept in memory, so a user is asked once, whichever selections it is in. */
export class Augmenter {
  readonly #known = new Map<number, Tally>()
  readonly #questions: (user: number) => Question[]
  #countTokens: CountTokens | undefined
  readonly #shown = new Map<number, HistoryItem[]>()
  /** Log-likelihood of an item's text without a history, mean over the neutral contexts. */
  readonly #neutral = new Map<number, number>()

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
    // One that fails takes the others along, which would only go on asking in vain.
    const stop = new AbortController()
    const worker = async () => {
      for (const user of waiting) {
        if (stop.signal.aborted) return
        this.#known.set(user, tally(await this.ask(user, this.#questions(user))))
        onUser?.()
      }
    }
    const workers = Array.from({ length: this.run.concurrency }, () =>
      worker().catch((error: unknown) => {
        stop.abort()
        throw error
      }),
    )
    const [failed] = (await Promise.allSettled(workers)).filter(({ status }) => status === 'rejected')
    if (failed) throw (failed as PromiseRejectedResult).reason
    return summarise(Array.from(users, (user) => this.#known.get(user)!))
  }

  /** Asks given questions of a user, e.g. those of an audit. */
  async ask(user: number, questions: readonly Question[]): Promise<Asked[]> {
    await this.#loadTokenizer()
    const asked = this.config.asking === 'likelihood' ? await this.#compareLikelihoods(user, questions) : await this.#choose(user, questions)
    this.#shown.delete(user)
    return asked
  }

  async #choose(user: number, questions: readonly Question[]): Promise<Asked[]> {
    const asked: Asked[] = []
    // One after the other: the history is their common prefix, which servers cache.
    for (const [a, b] of questions) {
      const replies = [await this.#reply(user, a, b)]
      if (this.#bothOrders) replies.push(await this.#reply(user, b, a))
      const answers = replies.filter((reply) => typeof reply !== 'string')
      asked.push({
        ...this.#disturbed(answers.length === replies.length ? combine(user, a, b, answers, this.config.disagreeing) : undefined),
        calls: this.callsPerPair,
        failures: replies.filter((reply) => typeof reply === 'string'),
        ordered: answers.length,
        first: answers.filter(({ first }) => first).length,
        ...(answers.length === 2 ? { flipped: answers[0].first === answers[1].first } : {}),
      })
    }
    return asked
  }

  /** margin = log P(a | history) - log P(a | no history) less the same of b; a call is an item's text after the history. */
  async #compareLikelihoods(user: number, questions: readonly Question[]): Promise<Asked[]> {
    const items = [...new Set(questions.flat())]
    const { history, neutral } = likelihoodContexts(this.#shownOf(user))
    const gain = new Map<number, number>()
    const score = (context: string, some: number[]) => this.#likelihoods(context, some.map((item) => likelihoodText(this.dataset.items[item])))
    const withHistory = await score(history, items)
    const unknown = items.filter((item) => !this.#neutral.has(item))
    const without = await Promise.all(neutral.map((context) => score(context, unknown)))
    unknown.forEach((item, k) => this.#neutral.set(item, without.reduce((sum, values) => sum + values[k], 0) / neutral.length))
    items.forEach((item, k) => gain.set(item, withHistory[k] - this.#neutral.get(item)!))
    return questions.map(([a, b]) => {
      const margin = gain.get(a)! - gain.get(b)!
      const pair = margin >= 0 ? { user, preferred: a, other: b, margin } : { user, preferred: b, other: a, margin: -margin }
      return { ...this.#disturbed(pair), calls: this.callsPerPair, failures: [], ordered: 0, first: 0 }
    })
  }

  async #likelihoods(context: string, texts: string[]): Promise<number[]> {
    if (!this.model.logLikelihoods) throw new ConfigError(`augmentation.asking = likelihood needs a model that knows the probabilities of a prompt (--gguf FILE); ${this.model.name} does not`)
    return this.model.logLikelihoods(context, texts, { promptVersion: likelihoodVersion, signal: this.run.signal })
  }

  /** What would be sent for these users, nothing of it being asked. */
  async *prompts(users: Int32Array): AsyncIterable<Prompt> {
    await this.#loadTokenizer()
    const { asking, calibrate } = this.config
    for (const user of users) {
      const questions = this.#questions(user)
      if (asking === 'likelihood') {
        const messages: Message[] = [{ role: 'user', content: likelihoodContexts(this.#shownOf(user)).history }]
        const options = { maxTokens: 0, promptVersion: likelihoodVersion }
        for (const item of new Set(questions.flat())) yield { messages, continuation: likelihoodText(this.dataset.items[item]), options }
      } else {
        for (const [a, b] of this.#bothOrders ? questions.flatMap(([a, b]) => [[a, b], [b, a]]) : questions) {
          yield this.#prompt(this.#shownOf(user), a, b)
          if (calibrate) yield this.#prompt([], a, b, 'no-history')
        }
      }
      this.#shown.delete(user)
    }
  }

  /** Questions put to the chat model for each pair. */
  get callsPerPair(): number {
    const { asking, calibrate } = this.config
    return asking === 'likelihood' ? 2 : (this.#bothOrders ? 2 : 1) * (calibrate ? 2 : 1)
  }

  get #bothOrders(): boolean {
    return this.config.bothOrders ?? !this.model.offline
  }

  #prompt(shown: HistoryItem[], first: number, second: number, form = this.config.prompt): Prompt {
    const { items } = this.dataset
    return { messages: promptMessages(shown, items[first], items[second]), options: { maxTokens: 1, promptVersion: promptForms[form].version, signal: this.run.signal } }
  }

  async #loadTokenizer(): Promise<void> {
    if (this.config.historyTokens !== null) this.#countTokens ??= await tokenizer()
  }

  /** The answer to one order, or what was wrong with it. */
  async #reply(user: number, first: number, second: number): Promise<Answer | string> {
    try {
      const answer = await this.#answer(this.#prompt(this.#shownOf(user), first, second))
      return this.config.calibrate ? calibrated(answer, await this.#answer(this.#prompt([], first, second, 'no-history'))) : answer
    } catch (error) {
      if (error instanceof ModelOutputError || error instanceof GaveUpError) return error.message
      throw error
    }
  }

  async #answer({ messages, options }: Prompt): Promise<Answer> {
    return readAnswer(await this.model.complete(messages, options))
  }

  /** Turns a share `noise` of the pairs round, the same ones whenever they are asked. */
  #disturbed(pair: PreferencePair | undefined): { pair?: PreferencePair } {
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
function combine(user: number, a: number, b: number, answers: Answer[], disagreeing: AugmentationConfig['disagreeing']): PreferencePair | undefined {
  const [one, other] = answers
  if (other === undefined) return pairOf(user, a, b, one)
  const turned = { first: !other.first, ...(other.margin === undefined ? {} : { margin: -other.margin }) }
  const agree = one.first === turned.first
  const margins = one.margin !== undefined && turned.margin !== undefined
  if (!agree && (!margins || disagreeing === 'drop')) return undefined
  const margin = margins ? (one.margin! + turned.margin!) / 2 : undefined
  const pair = pairOf(user, a, b, margin === undefined ? one : { first: margin === 0 ? one.first : margin > 0, margin })
  return { ...pair, agree, ...(!agree && disagreeing === 'down-weight' ? { weight: 0.5 } : {}) }
}

function pairOf(user: number, a: number, b: number, { first, margin }: Answer): PreferencePair {
  return { user, preferred: first ? a : b, other: first ? b : a, ...(margin === undefined ? {} : { margin: Math.abs(margin) }) }
}

/** The answer less what the model says without a history. @throws ConfigError without margins */
function calibrated(answer: Answer, neutral: Answer): Answer {
  if (answer.margin === undefined || neutral.margin === undefined) throw new ConfigError('augmentation.calibrate needs a model that gives log-probabilities of its answers; this one does not: --set augmentation.calibrate=false')
  const margin = answer.margin - neutral.margin
  return { first: margin === 0 ? answer.first : margin > 0, margin }
}

/** What came of a user's questions, counted once: a policy that learns selects the same users over and over. */
type Tally = ReturnType<typeof tally>

function tally(asked: Asked[]) {
  const sum = (count: (one: Asked) => number) => asked.reduce((total, one) => total + count(one), 0)
  return {
    pairs: asked.flatMap(({ pair }) => pair ?? []),
    failures: asked.flatMap(({ failures }) => failures),
    calls: sum(({ calls }) => calls),
    ordered: sum(({ ordered }) => ordered),
    first: sum(({ first }) => first),
    both: sum(({ flipped }) => Number(flipped !== undefined)),
    flipped: sum(({ flipped }) => Number(flipped === true)),
  }
}

function summarise(tallies: Tally[]): Augmentation {
  const pairs: PreferencePair[] = []
  const failures = new Map<string, number>()
  let [calls, failed, ordered, first, both, flipped] = [0, 0, 0, 0, 0, 0]
  for (const own of tallies) {
    pairs.push(...own.pairs)
    calls += own.calls
    failed += own.failures.length
    for (const failure of own.failures) failures.set(failure, (failures.get(failure) ?? 0) + 1)
    ordered += own.ordered
    first += own.first
    both += own.both
    flipped += own.flipped
  }
  return { pairs, calls, failed, failures, ...(ordered > 0 ? { firstPositionShare: first / ordered } : {}), ...(both > 0 ? { flipRate: flipped / both } : {}) }
}
