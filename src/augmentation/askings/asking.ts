import type { ItemText } from '../../dataset/dataset.js'
import type { ChatModel } from '../../llm/chat-model.js'
import type { Prompt } from '../../llm/chat-request.js'
import type { AugmentationConfig } from '../settings.js'
import type { PreferencePair } from '../preference-pair.js'
import type { HistoryItem } from '../prompt.js'
import type { Question } from '../question.js'

/** Outcome of one question, in one order or in both. */
export interface Asked {
  /**
   * The preference; absent where no answer could be read, or where the two orders contradict each
   * other and there are no margins.
   */
  pair?: PreferencePair
  /** Questions put to the chat model. */
  calls: number
  /** The reason of each failed question. */
  failures: string[]
  /** Number of answers to an ordered pair of options. */
  ordered: number
  /** Number of these answers that chose the option shown first. */
  first: number
  /** Whether both orders chose the same position; absent unless both were answered. */
  flipped?: boolean
}

/** Chat model, items and settings that a way of asking works with. */
export interface AskingContext {
  /** The chat model that plays the users. */
  model: ChatModel
  /** Item text [numItems]. */
  items: readonly ItemText[]
  config: AugmentationConfig
  /** Stops the asking. */
  signal?: AbortSignal
}

/** Puts questions about users to one chat model. */
export interface Asker {
  /** Questions that are put to the chat model for each pair. */
  readonly callsPerPair: number
  /**
   * Puts questions about a user.
   * @param shown - the part of the user's history that the prompt shows, oldest first
   * @returns the outcome of each question, in their order
   * @throws ConfigError where the model cannot be asked in this way; ProviderError where it answers
   * no more; InterruptedError when the signal fires
   */
  ask(user: number, shown: HistoryItem[], questions: readonly Question[]): Promise<Asked[]>
  /** The prompts that `ask` would send; asks nothing. */
  prompts(shown: HistoryItem[], questions: readonly Question[]): Iterable<Prompt>
}

/**
 * A way to find out which of two items a user prefers. Deliberately not in it: noise, and the
 * memory of answers.
 */
export interface Asking {
  /** Name, as `augmentation.asking` takes it. */
  readonly name: string
  /** Augmentation settings that only this way of asking reads. */
  readonly settings: readonly (keyof AugmentationConfig)[]
  /** Makes an asker for one chat model. */
  make(context: AskingContext): Asker
}
