import type { Stream } from '../util/random.js'
import { registry } from '../util/registry.js'
import type { AugmentationConfig } from './settings.js'
import type { HistoryItem } from './prompt.js'

/**
 * The part of a history that a prompt shows. The wording around it is the same for all forms
 * (`promptMessages`).
 */
export interface PromptForm {
  /** Name, as `augmentation.prompt` takes it. */
  readonly name: string
  /**
   * Version of the prompt, e.g. `llm-user/1`: part of the key of each stored answer. Whoever
   * changes a word of the prompt changes it.
   */
  readonly version: string
  /** Augmentation settings that only this form, or forms like it, read. */
  readonly settings: readonly (keyof AugmentationConfig)[]
  /** Whether it needs ratings, which not all data has. Default false. */
  readonly needsRatings?: boolean
  /**
   * Chooses the items to show, oldest first.
   * @param history - the whole train history, oldest first
   * @param n - `augmentation.historyItems`
   * @param rng - a stream of the user's own
   */
  shown(history: HistoryItem[], n: number, rng: Stream): HistoryItem[]
}

/** The whole train history. */
const llmUser: PromptForm = {
  name: 'llm-user',
  version: 'llm-user/1',
  settings: [],
  shown: (history) => history,
}

/** Its last n items. */
const recentItems: PromptForm = {
  name: 'llm-user-recent-n',
  version: 'llm-user-recent-n/1',
  settings: ['historyItems'],
  shown: (history, n) => history.slice(-n),
}

/** The n best rated, of equals the later ones. */
const topRatedItems: PromptForm = {
  name: 'llm-user-top-rated',
  version: 'llm-user-top-rated/1',
  settings: ['historyItems'],
  needsRatings: true,
  shown(history, n) {
    const best = history
      .map((item, k) => ({ item, k }))
      .sort((a, b) => (b.item.rating ?? 0) - (a.item.rating ?? 0) || b.k - a.k)
    return best
      .slice(0, n)
      .sort((a, b) => a.k - b.k)
      .map(({ item }) => item)
  },
}

/** The items before one sampled interaction, as in the work that the paper builds on. */
const oneInteraction: PromptForm = {
  name: 'llm-interaction',
  version: 'llm-interaction/1',
  settings: [],
  shown: (history, _, rng) => history.slice(0, rng.below(Math.max(1, history.length))),
}

/** Nothing: a control, and the neutral question of contextual calibration. */
export const noHistory: PromptForm = {
  name: 'no-history',
  version: 'no-history/1',
  settings: [],
  shown: () => [],
}

/**
 * Registry of the prompt forms: `llm-user` (the whole history), `llm-user-recent-n` (its last n
 * items), `llm-user-top-rated` (its n best rated), `llm-interaction` (the items before a sampled
 * one) and `no-history` (nothing, as a control).
 * @example
 * promptForms.add({
 *   name: 'first-n',
 *   version: 'first-n/1',
 *   settings: ['historyItems'],
 *   shown: (history, n) => history.slice(0, n),
 * })
 */
export const promptForms = registry<PromptForm>('prompt form', [
  llmUser,
  recentItems,
  topRatedItems,
  oneInteraction,
  noHistory,
])
