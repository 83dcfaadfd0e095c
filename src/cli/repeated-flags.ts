import { InvalidArgumentError } from 'commander'

/** The names and values of a repeatable flag `name=value`. */
export function collect(text: string, earlier: [string, unknown][]): [string, unknown][] {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('expected name=value')
  return [...earlier, [text.slice(0, at), parseValue(text.slice(at + 1))]]
}

/** A repeatable flag's values. */
export function collectText(text: string, earlier: string[]): string[] {
  return [...earlier, text]
}

/** The JSON value of a text; a text that is not JSON stands for itself. */
function parseValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
