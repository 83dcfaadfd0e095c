const grouped = new Intl.NumberFormat('en-US')

/** A number with its thousands set apart: 12,101. */
export function thousands(value: number): string {
  return grouped.format(value)
}

/** A text with a capital at its beginning. */
export const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

/** A count of things whose plural ends in s: "1 item", "12,101 items". */
export function counted(count: number, noun: string): string {
  return `${thousands(count)} ${noun}${count === 1 ? '' : 's'}`
}
