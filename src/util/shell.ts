/** Text quoted for a POSIX shell. */
export function shellQuoted(text: string): string {
  return /^[\w./:=,@+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
