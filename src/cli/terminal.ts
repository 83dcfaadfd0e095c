import { visible } from '../util/visible.js'

/** What moves a progress bar: a write of nothing else. A title or a file name is never alone. */
const movement = /^(?:\r|\x1b[78]|\x1b\[(?:\?\d+[hl]|\d*[A-HJK]))+$/

/**
 * From here on what is written to stdout as text, and all that is written to stderr, is for people:
 * no character of it moves the cursor, turns text round or hides. Data go to stdout as bytes.
 */
export function guardTerminal(): void {
  const { stdout, stderr } = process
  guard(stdout, (chunk) => typeof chunk === 'string' || stdout.isTTY)
  guard(stderr, () => true)
}

function guard(stream: NodeJS.WriteStream, isForPeople: (chunk: string | Uint8Array) => boolean) {
  const write = stream.write.bind(stream) as (...args: unknown[]) => boolean
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]) => {
    if (!isForPeople(chunk)) return write(chunk, ...rest)
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString()
    return write(movement.test(text) ? text : visible(text), ...rest)
  }
}
