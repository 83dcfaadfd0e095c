const grouped = new Intl.NumberFormat('en-US')

/** A number for people: 12,101. */
export const number = (value: number) => grouped.format(value)

/** "1 item", "12,101 items". The plural is the noun and an s unless given. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${number(count)} ${count === 1 ? noun : plural}`
}
