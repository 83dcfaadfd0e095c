/**
 * First what is shown: joiners between letters beyond ASCII (some scripts and emoji need them), tab
 * and line feed, and signs of Arabic and Syriac. Then what a terminal obeys or hides: control
 * characters, marks that turn the direction of text or have no width, and fillers.
 */
const shownOrUnseen =
  /(?<=[^\0-\x7f])[\u200c\u200d](?=[^\0-\x7f])|[\t\n\u0600-\u0605\u06dd\u070f\u08e2]|([\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0])/gu

/** The text as a terminal may show it: what it would obey or hide is written as \u001b. */
export function visible(text: string): string {
  return text.replace(shownOrUnseen, (shown: string, unseen?: string) =>
    unseen === undefined ? shown : escaped(unseen),
  )
}

/** As `visible`, on one line: tabs and line feeds are escaped too. */
export function visibleLine(text: string): string {
  return visible(text).replace(/[\t\n]/g, escaped)
}

/** As JSON has it, so that a JSON document stays the same document. */
function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}
