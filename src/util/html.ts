/** A piece of a page. Only `markup`, `lines` and `trusted` make it: all other text is escaped. */
class Html {
  constructor(readonly text: string) {}
}
export type { Html }

/** What a page is filled with: pieces stay as they are, text and numbers are escaped. */
type Part = Html | string | number | readonly Html[]

/**
 * A piece of a page.
 * @example
 * markup`<td>${title}</td>` // a title of <b> is shown as it is
 */
export function markup(literal: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(String.raw({ raw: literal }, ...parts.map(textOf)))
}

/** Pieces, each on a line of its own. */
export const lines = (pieces: readonly Html[]) =>
  new Html(pieces.map(({ text }) => text).join('\n'))

/** Markup of our own making: styles, scripts. */
export const trusted = (text: string) => new Html(text)

function textOf(part: Part): string {
  if (part instanceof Html) return part.text
  return Array.isArray(part) ? part.map(textOf).join('') : escapeHtml(part)
}

/** Untrusted text as text of an HTML page or of an attribute in quotes. */
export function escapeHtml(text: unknown): string {
  return String(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
