import type { ItemText } from '../dataset/dataset.js'
import type { Message } from '../llm/chat-model.js'

/** An item of a history: its text and the stars the user gave it, if any. */
export interface HistoryItem {
  text: ItemText
  rating?: number
}

/** A template with a version: changing a word of it changes the version. */
export interface PromptForm {
  name: string
  version: string
  /** @param history - oldest first */
  messages(history: HistoryItem[], first: ItemText, second: ItemText): Message[]
}

/** The whole train history, then the question. Wording: this project's, after the paper's idea of an LLM as the user. */
export const llmUser: PromptForm = {
  name: 'llm-user',
  version: 'llm-user/1',
  messages: (history, first, second) => [
    {
      role: 'user',
      content: [
        'Suppose you are a user who has chosen these items, oldest first:',
        ...history.map(({ text, rating }) => `- ${describe(text)}${rating === undefined ? '' : ` | ${rating} stars`}`),
        '',
        'Which of these two new items would you prefer?',
        `1. ${describe(first)}`,
        `2. ${describe(second)}`,
        '',
        'Answer 1 or 2 and nothing else.',
      ].join('\n'),
    },
  ],
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
