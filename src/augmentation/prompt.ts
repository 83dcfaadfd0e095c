import type { ItemText } from '../dataset/dataset.js'
import type { Message } from '../llm/chat-model.js'
import type { CountTokens } from '../llm/tokens.js'
import type { Stream } from '../util/random.js'

/** An item of a history: its text and the stars the user gave it, if any. */
export interface HistoryItem {
  text: ItemText
  rating?: number
}

/** What of a history a prompt shows. The wording is the same for all, with a version: changing a word changes it. */
export interface PromptForm {
  version: string
  /** The items shown, oldest first. @param rng - the user's own stream */
  shown(history: HistoryItem[], n: number, rng: Stream): HistoryItem[]
}

/** Wording: this project's, after the paper's idea of an LLM as the user. */
export const promptForms = {
  /** The whole train history. */
  'llm-user': { version: 'llm-user/1', shown: (history) => history },
  /** Its last n items. */
  'llm-user-recent-n': { version: 'llm-user-recent-n/1', shown: (history, n) => history.slice(-n) },
  /** The n best rated, of equals the later ones. */
  'llm-user-top-rated': {
    version: 'llm-user-top-rated/1',
    shown(history, n) {
      const best = history.map((item, k) => ({ item, k })).sort((a, b) => (b.item.rating ?? 0) - (a.item.rating ?? 0) || b.k - a.k)
      return best.slice(0, n).sort((a, b) => a.k - b.k).map(({ item }) => item)
    },
  },
  /** What came before one sampled interaction, as in the work that the paper builds on. */
  'llm-interaction': { version: 'llm-interaction/1', shown: (history, _, rng) => history.slice(0, rng.below(Math.max(1, history.length))) },
  /** Nothing: a control. */
  'no-history': { version: 'no-history/1', shown: () => [] },
} as const satisfies Record<string, PromptForm>

export type PromptName = keyof typeof promptForms
export const promptNames = Object.keys(promptForms) as [PromptName, ...PromptName[]]

/** The newest items whose lines have at most `most` tokens together. */
export function newestThatFit(shown: HistoryItem[], most: number, count: CountTokens): HistoryItem[] {
  let tokens = 0
  let from = shown.length
  while (from > 0 && (tokens += count(historyLine(shown[from - 1]) + '\n')) <= most) from--
  return shown.slice(from)
}

function historyLine({ text, rating }: HistoryItem): string {
  return `- ${describe(text)}${rating === undefined ? '' : ` | ${rating} stars`}`
}

/** The question, after the part of the history that the form shows. */
export function promptMessages(shown: HistoryItem[], first: ItemText, second: ItemText): Message[] {
  const lines = shown.map(historyLine)
  const content = [
    ...(lines.length > 0 ? ['Suppose you are a user who has chosen these items, oldest first:', ...lines] : ['Suppose you are a user.']),
    '',
    'Which of these two new items would you prefer?',
    `1. ${describe(first)}`,
    `2. ${describe(second)}`,
    '',
    'Answer 1 or 2 and nothing else.',
  ]
  return [{ role: 'user', content: content.join('\n') }]
}

export const likelihoodVersion = 'likelihood/1'

/** What comes before an item's text where its likelihood is asked: the history, and contexts that tell nothing of the user. */
export function likelihoodContexts(shown: HistoryItem[]): { history: string; neutral: string[] } {
  const header = 'Items that a customer has chosen, oldest first:\n'
  return { history: `${header}${shown.map((item) => historyLine(item) + '\n').join('')}-`, neutral: [`${header}-`, 'Items of a shop:\n-'] }
}

/** An item after such a context. */
export function likelihoodText(item: ItemText): string {
  return ` ${describe(item)}\n`
}

const lines = new WeakMap<ItemText, string>()

/** One line: title | category > path; ... | brand. */
export function describe(text: ItemText): string {
  let line = lines.get(text)
  if (line === undefined) lines.set(text, (line = compose(text)))
  return line
}

function compose({ title, categories, brand }: ItemText): string {
  const paths = (categories ?? []).map((path) => path.map(harmless).join(' > ')).join('; ')
  return [harmless(title ?? '(untitled)'), paths, harmless(brand ?? '')].filter((field) => field !== '').join(' | ')
}

/** Untrusted text for one field of one line: no line breaks or control characters, no field separator, bounded. */
function harmless(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').replaceAll('|', '/').trim().slice(0, 200)
}
