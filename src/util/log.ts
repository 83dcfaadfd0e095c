let asJson = false
const toStderr = (line: string): void => void process.stderr.write(line)
let write = toStderr

/** From here on everything that is said on stderr is JSON, one object a line. */
export function logAsJson(): void {
  asJson = true
}

/** Whether what is said on stderr is JSON. */
export const isJsonLog = (): boolean => asJson

/** Has something else put lines on the screen, above what moves there; undefined: no more. */
export function sayAbove(put: ((line: string) => void) | undefined): void {
  write = put ?? toStderr
}

/** How much a line of the log matters. */
export type LogLevel = 'info' | 'error'

/**
 * Says something on stderr: a line of text, or of JSON with its time and level.
 * @param facts - further fields of the JSON; the text has them in its words
 */
export function log(message: string, facts: object = {}, level: LogLevel = 'info'): void {
  const line = asJson
    ? JSON.stringify({ time: new Date().toISOString(), level, message, ...facts })
    : message
  write(`${line}\n`)
}
