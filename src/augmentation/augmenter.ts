import { hasText } from '../dataset/content.js'
import type { Dataset } from '../dataset/dataset.js'
import type { Split } from '../dataset/split.js'
import type { ChatModel } from '../llm/chat-model.js'
import type { Prompt } from '../llm/chat-request.js'
import { InputError, InterruptedError } from '../util/errors.js'
import { stream } from '../util/random.js'
import { turn } from '../util/turn.js'
import { workOff } from '../util/work-off.js'
import type { Asked, Asker } from './askings/asking.js'
import { askings } from './askings/index.js'
import type { AugmentationConfig } from './settings.js'
import { placements } from './placements/index.js'
import type { PreferencePair } from './preference-pair.js'
import type { HistoryItem } from './prompt.js'
import { promptForms } from './prompt-forms.js'
import type { Question } from './question.js'
import { shownHistory } from './shown-history.js'
import { addUp, type Augmentation, type Tally, tally } from './tally.js'

export type { Asked } from './askings/asking.js'
export type { PreferencePair } from './preference-pair.js'
export type { Augmentation } from './tally.js'

/** Seed and run-time options of an augmenter. `concurrency` and `signal` change no answer. */
export interface AskingRun {
  /** Draws the questions (unless `augmentation.questionSeed` does) and the noise. */
  seed: number
  /** Number of users who are asked about at the same time. */
  concurrency: number
  /** Stops the asking. */
  signal?: AbortSignal
}

/**
 * Asks a chat model that plays users. Answers are kept in memory, so no user is asked about twice,
 * however many selections it is in.
 */
export class Augmenter {
  readonly #known = new Map<number, Tally>()
  readonly #asker: Asker
  readonly #questions: (user: number) => Question[]
  readonly #shown: (user: number) => Promise<HistoryItem[]>
  readonly #noise: number
  readonly #run: AskingRun

  /**
   * @param model - plays the users
   * @throws InputError where fewer than two cold items have a text, or the prompt form needs
   * ratings that the data does not have
   */
  constructor(
    dataset: Dataset,
    split: Split,
    model: ChatModel,
    config: AugmentationConfig,
    run: AskingRun,
  ) {
    if (promptForms.get(config.prompt).needsRatings && !split.train.rating)
      throw new InputError(
        `prompt ${config.prompt} needs ratings, which ${dataset.name} does not have`,
      )
    const items = askableItems(dataset, split)
    const seed = config.questionSeed ?? run.seed
    this.#asker = askings
      .get(config.asking)
      .make({ model, items: dataset.items, config, signal: run.signal })
    this.#questions = placements.get(config.placement).make({ dataset, split, items, config, seed })
    this.#shown = shownHistory(dataset, split, config, seed)
    this.#noise = config.noise
    this.#run = run
  }

  /**
   * Asks about these users, and gives the preference pairs in the order of the users.
   * @param users - user indices
   * @param onUser - called after each user who was asked about now
   * @throws ProviderError where the chat model answers no more; InterruptedError when the signal
   * fires
   */
  async augment(users: Int32Array, onUser?: () => void): Promise<Augmentation> {
    // Ctrl-C and the progress bar get their turn, of which an offline judge gives none.
    await turn()
    if (this.#run.signal?.aborted) throw new InterruptedError('stopped: stored answers are kept')
    const waiting = users.filter((user) => !this.#known.has(user))
    await workOff(waiting, this.#run.concurrency, async (user) => {
      this.#known.set(user, tally(await this.ask(user, this.#questions(user))))
      onUser?.()
    })
    return addUp(Array.from(users, (user) => this.#known.get(user)!))
  }

  /**
   * Puts given questions about one user, e.g. those of an audit; one outcome a question, in their
   * order.
   */
  async ask(user: number, questions: readonly Question[]): Promise<Asked[]> {
    const asked = await this.#asker.ask(user, await this.#shown(user), questions)
    return asked.map((one) => (one.pair ? { ...one, pair: this.#disturbed(one.pair) } : one))
  }

  /** The prompts that asking about these users would send; asks nothing. */
  async *prompts(users: Int32Array): AsyncIterable<Prompt> {
    for (const user of users) yield* this.promptsOf(user, this.#questions(user))
  }

  /** The prompts that asking given questions about one user would send; asks nothing. */
  async *promptsOf(user: number, questions: readonly Question[]): AsyncIterable<Prompt> {
    yield* this.#asker.prompts(await this.#shown(user), questions)
  }

  /** Questions that are put to the chat model for each pair, e.g. 2 where both orders are asked. */
  get callsPerPair(): number {
    return this.#asker.callsPerPair
  }

  /** Turns a share `noise` of the pairs round, the same ones whenever they are asked. */
  #disturbed(pair: PreferencePair): PreferencePair {
    if (this.#noise === 0) return pair
    const [low, high] = [pair.preferred, pair.other].sort((x, y) => x - y)
    const draw = stream(this.#run.seed, 'noise', pair.user, low, high).uniform()
    return draw < this.#noise ? { ...pair, preferred: pair.other, other: pair.preferred } : pair
  }
}

function askableItems(dataset: Dataset, split: Split): Int32Array {
  const items = split.coldItems.all.filter((item) => hasText(dataset.items[item]))
  if (items.length >= 2) return items
  throw new InputError(
    `${dataset.name}: ${items.length} cold items have a title, category or brand;` +
      ' a chat model needs at least 2',
  )
}
