import type { ItemText } from '../../dataset/dataset.js'
import type { Prompt } from '../../llm/chat-request.js'
import { ConfigError } from '../../util/errors.js'
import { average } from '../../util/statistics.js'
import { type HistoryItem, historyLine, itemLine } from '../prompt.js'
import type { Question } from '../question.js'
import type { Asked, Asker, Asking, AskingContext } from './asking.js'

/**
 * How much likelier the history makes each item's text: the margin is
 * log P(a | history) - log P(a | no history), less the same of b. There is no order, so no position
 * bias.
 */
export const likelihood: Asking = {
  name: 'likelihood',
  settings: [],
  make: (context) => new Likelihood(context),
}

/** Part of the key of each stored answer. Whoever changes a word of the contexts changes it. */
const promptVersion = 'likelihood/1'

class Likelihood implements Asker {
  /** Each item's text after the history. */
  readonly callsPerPair = 2
  readonly #context: AskingContext
  /** Log-likelihood of an item's text without a history, mean over the neutral contexts, nats. */
  readonly #neutral = new Map<number, number>()

  constructor(context: AskingContext) {
    this.#context = context
  }

  async ask(user: number, shown: HistoryItem[], questions: readonly Question[]): Promise<Asked[]> {
    const gain = await this.#gains(shown, [...new Set(questions.flat())])
    return questions.map(([a, b]) => {
      const margin = gain.get(a)! - gain.get(b)!
      const pair =
        margin >= 0
          ? { user, preferred: a, other: b, margin }
          : { user, preferred: b, other: a, margin: -margin }
      return { pair, calls: this.callsPerPair, failures: [], ordered: 0, first: 0 }
    })
  }

  *prompts(shown: HistoryItem[], questions: readonly Question[]): Iterable<Prompt> {
    const { items } = this.#context
    const content = contextsOf(shown).history
    for (const item of new Set(questions.flat()))
      yield {
        messages: [{ role: 'user', content }],
        continuation: textOf(items[item]),
        options: { maxTokens: 0, promptVersion },
      }
  }

  /** log P(text | history) - log P(text | no history) of each item, nats. */
  async #gains(shown: HistoryItem[], items: number[]): Promise<Map<number, number>> {
    const { history, neutral } = contextsOf(shown)
    const withHistory = await this.#logLikelihoods(history, items)
    const unknown = items.filter((item) => !this.#neutral.has(item))
    const without = await Promise.all(
      neutral.map((context) => this.#logLikelihoods(context, unknown)),
    )
    unknown.forEach((item, k) =>
      this.#neutral.set(item, average(without.map((values) => values[k]))),
    )
    return new Map(items.map((item, k) => [item, withHistory[k] - this.#neutral.get(item)!]))
  }

  async #logLikelihoods(context: string, some: number[]): Promise<number[]> {
    const { model, items, signal } = this.#context
    if (!model.logLikelihoods)
      throw new ConfigError(
        'augmentation.asking = likelihood needs a model that knows the probabilities of a prompt' +
          ` (--gguf FILE); ${model.name} does not`,
      )
    const texts = some.map((item) => textOf(items[item]))
    return model.logLikelihoods(context, texts, { promptVersion, signal })
  }
}

/** Contexts before an item's text: the history, and some that tell nothing of the user. */
function contextsOf(shown: HistoryItem[]): { history: string; neutral: string[] } {
  const header = 'Items that a customer has chosen, oldest first:\n'
  return {
    history: `${header}${shown.map((item) => historyLine(item) + '\n').join('')}-`,
    neutral: [`${header}-`, 'Items of a shop:\n-'],
  }
}

/** An item after such a context. */
function textOf(item: ItemText): string {
  return ` ${itemLine(item)}\n`
}
