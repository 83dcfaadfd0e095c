/**
 * Lower-case words of a text: runs of letters and digits of any script, at least two characters
 * long.
 */
export function words(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]{2,}/gu) ?? []
}
