/**
 * Words of a text in lines of at most `width` characters; a longer word has a line of its own, and
 * % stays with its number.
 */
export function wrap(text: string, width = 80): string {
  const lines: string[] = []
  for (const word of text.split(/ (?!%)/)) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`
    if (lines.length > 0 && [...longer].length <= width) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines.join('\n')
}

/** The text, or as much of it as `most` characters hold, with an ellipsis. */
export function cut(text: string, most: number): string {
  const letters = [...text]
  return letters.length > most
    ? `${letters
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`
    : text
}
