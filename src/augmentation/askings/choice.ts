import type { Prompt } from '../../llm/chat-request.js'
import { ConfigError, GaveUpError, ModelOutputError } from '../../util/errors.js'
import { type Answer, readAnswer } from '../answer.js'
import type { AugmentationConfig } from '../settings.js'
import type { PreferencePair } from '../preference-pair.js'
import { type HistoryItem, promptMessages } from '../prompt.js'
import { noHistory, type PromptForm, promptForms } from '../prompt-forms.js'
import type { Question } from '../question.js'
import type { Asked, Asker, Asking, AskingContext } from './asking.js'

/** Which of two is preferred, 1 or 2. */
export const choice: Asking = {
  name: 'choice',
  settings: ['bothOrders', 'disagreeing', 'calibrate'],
  make: (context) => new Choice(context),
}

class Choice implements Asker {
  readonly callsPerPair: number
  readonly #context: AskingContext
  readonly #form: PromptForm
  readonly #bothOrders: boolean
  /** Whether an answer had a margin. */
  #margins = false

  constructor(context: AskingContext) {
    const { config, model } = context
    this.#context = context
    this.#form = promptForms.get(config.prompt)
    this.#bothOrders = config.bothOrders ?? !model.offline
    this.callsPerPair = (this.#bothOrders ? 2 : 1) * (config.calibrate ? 2 : 1)
  }

  async ask(user: number, shown: HistoryItem[], questions: readonly Question[]): Promise<Asked[]> {
    const asked: Asked[] = []
    // One after the other: the history is their common prefix, which servers cache.
    for (const question of questions) asked.push(await this.#askOne(user, shown, question))
    return asked
  }

  *prompts(shown: HistoryItem[], questions: readonly Question[]): Iterable<Prompt> {
    for (const question of questions)
      for (const order of this.#ordersOf(question)) {
        yield this.#prompt(shown, order)
        if (this.#context.config.calibrate) yield this.#neutralPrompt(order)
      }
  }

  async #askOne(user: number, shown: HistoryItem[], question: Question): Promise<Asked> {
    const replies: (Answer | string)[] = []
    for (const order of this.#ordersOf(question)) replies.push(await this.#reply(shown, order))
    const answers = replies.filter((reply) => typeof reply !== 'string')
    const { disagreeing } = this.#context.config
    const pair =
      answers.length === replies.length ? combine(user, question, answers, disagreeing) : undefined
    return {
      ...(pair ? { pair } : {}),
      calls: this.callsPerPair,
      failures: replies.filter((reply) => typeof reply === 'string'),
      ordered: answers.length,
      first: answers.filter(({ first }) => first).length,
      ...(answers.length === 2 ? { flipped: answers[0].first === answers[1].first } : {}),
    }
  }

  #ordersOf([a, b]: Question): Question[] {
    return this.#bothOrders
      ? [
          [a, b],
          [b, a],
        ]
      : [[a, b]]
  }

  /** The answer to one order, or what was wrong with it. */
  async #reply(shown: HistoryItem[], order: Question): Promise<Answer | string> {
    try {
      const answer = await this.#answer(this.#prompt(shown, order))
      if (!this.#context.config.calibrate) return answer
      const neutral = await this.#answer(this.#neutralPrompt(order))
      this.#margins ||= answer.margin !== undefined || neutral.margin !== undefined
      return calibrated(answer, neutral, this.#margins)
    } catch (error) {
      if (error instanceof ModelOutputError || error instanceof GaveUpError) return error.message
      throw error
    }
  }

  async #answer({ messages, options }: Prompt): Promise<Answer> {
    return readAnswer(await this.#context.model.complete(messages, options))
  }

  #prompt(shown: HistoryItem[], [first, second]: Question, form = this.#form): Prompt {
    const { items, signal } = this.#context
    return {
      messages: promptMessages(shown, items[first], items[second]),
      options: { maxTokens: 1, promptVersion: form.version, signal },
    }
  }

  #neutralPrompt(order: Question): Prompt {
    return this.#prompt([], order, noHistory)
  }
}

/** One order: the answer. Both orders: the mean margin, or agreement where there are no margins. */
function combine(
  user: number,
  question: Question,
  [one, other]: Answer[],
  disagreeing: AugmentationConfig['disagreeing'],
): PreferencePair | undefined {
  if (other === undefined) return pairOf(user, question, one)
  const turned = {
    first: !other.first,
    ...(other.margin === undefined ? {} : { margin: -other.margin }),
  }
  const agree = one.first === turned.first
  const margins = one.margin !== undefined && turned.margin !== undefined
  if (!agree && (!margins || disagreeing === 'drop')) return undefined
  const margin = margins ? (one.margin! + turned.margin!) / 2 : undefined
  const mean = margin === undefined ? one : { first: margin === 0 ? one.first : margin > 0, margin }
  return {
    ...pairOf(user, question, mean),
    agree,
    ...(!agree && disagreeing === 'down-weight' ? { weight: 0.5 } : {}),
  }
}

function pairOf(user: number, [a, b]: Question, { first, margin }: Answer): PreferencePair {
  return {
    user,
    preferred: first ? a : b,
    other: first ? b : a,
    ...(margin === undefined ? {} : { margin: Math.abs(margin) }),
  }
}

/**
 * The answer less what the model says without a history.
 * @param margins - whether the model gives margins at all
 * @throws ModelOutputError where this answer has none; ConfigError where none has
 */
function calibrated(answer: Answer, neutral: Answer, margins: boolean): Answer {
  if (answer.margin === undefined || neutral.margin === undefined)
    throw margins
      ? new ModelOutputError('the model gave no log-probabilities of 1 and 2 to calibrate by')
      : new ConfigError(
          'augmentation.calibrate needs a model that gives log-probabilities of its answers;' +
            ' this one does not: --set augmentation.calibrate=false',
        )
  const margin = answer.margin - neutral.margin
  return { first: margin === 0 ? answer.first : margin > 0, margin }
}
