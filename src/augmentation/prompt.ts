import type { ItemText } from '../dataset/dataset.js'
import { bareRating } from '../dataset/rating-text.js'
import type { Message } from '../llm/chat-model.js'
import type { CountTokens } from '../llm/tokens.js'

/** An item of a user's history. */
export interface HistoryItem {
  /** Text of the item. */
  text: ItemText
  /** The user's rating, where there is one. */
  rating?: number
  /** How it is said, `{}` in place of the number: `{} stars`. Default `rated {}`. */
  ratingText?: string
}

/** The newest items whose lines have at most `most` tokens together. */
export function newestThatFit(
  shown: HistoryItem[],
  most: number,
  count: CountTokens,
): HistoryItem[] {
  let tokens = 0
  let from = shown.length
  while (from > 0 && (tokens += count(historyLine(shown[from - 1]) + '\n')) <= most) from--
  return shown.slice(from)
}

/** One line of a history: the item's, and its rating where it has one. */
export function historyLine({ text, rating, ratingText = bareRating }: HistoryItem): string {
  const rated = rating === undefined ? '' : ` | ${ratingText.replace('{}', asWritten(rating))}`
  return `- ${itemLine(text)}${rated}`
}

/** A number as the data has it: the shortest one that is the same 32-bit float. */
function asWritten(rating: number): string {
  // Nine digits tell any two 32-bit floats apart.
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(rating.toPrecision(digits))
    if (Math.fround(short) === Math.fround(rating)) return String(short)
  }
  return String(rating)
}

/**
 * The chat messages that ask which of two items a user prefers, after the part of the history that
 * is shown. The wording is this project's own; the idea of a language model as the user is that of
 * arXiv 2511.21989. Whoever changes the wording changes the versions of all prompt forms.
 * @param shown - items of the history, oldest first
 * @param first - the item shown as option 1
 * @param second - the item shown as option 2
 */
export function promptMessages(shown: HistoryItem[], first: ItemText, second: ItemText): Message[] {
  const lines = shown.map(historyLine)
  const content = [
    ...(lines.length > 0
      ? ['Suppose you are a user who has chosen these items, oldest first:', ...lines]
      : ['Suppose you are a user.']),
    '',
    'Which of these two new items would you prefer?',
    `1. ${itemLine(first)}`,
    `2. ${itemLine(second)}`,
    '',
    'Answer 1 or 2 and nothing else.',
  ]
  return [{ role: 'user', content: content.join('\n') }]
}

const lines = new WeakMap<ItemText, string>()

/**
 * An item on one line: title | category > path; ... | brand. Line breaks, control characters and
 * `|` within its texts are replaced, and each text is cut at 200 characters.
 * @example
 * itemLine({ title: 'Teapot', categories: [['Kitchen', 'Tea']], brand: 'Elmwick' })
 * // 'Teapot | Kitchen > Tea | Elmwick'
 */
export function itemLine(text: ItemText): string {
  let line = lines.get(text)
  if (line === undefined) lines.set(text, (line = compose(text)))
  return line
}

function compose({ title, categories, brand }: ItemText): string {
  const paths = (categories ?? []).map((path) => path.map(harmless).join(' > ')).join('; ')
  return [harmless(title ?? '(untitled)'), paths, harmless(brand ?? '')]
    .filter((field) => field !== '')
    .join(' | ')
}

/**
 * Untrusted text for one field of one line: no line breaks or control characters, no field
 * separator, bounded.
 */
function harmless(text: string): string {
  return (
    text
      .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
      .replaceAll('|', '/')
      .trim()
      .slice(0, 200)
      // Strict servers refuse a request that holds half a character.
      .replace(/\p{Cs}$/u, '')
      .toWellFormed()
  )
}
