import { readFileSync } from 'node:fs'
import { DataError } from './errors.js'

/**
 * A file's text, as people's programs write it: UTF-8 or UTF-16 with a byte-order mark, which is
 * dropped, and lines that end in LF or CRLF; they end in LF here. - is standard input.
 * @throws DataError where the file cannot be read
 */
export function readText(file: string): string {
  try {
    const bytes = readFileSync(file === '-' ? 0 : file)
    return new TextDecoder(encodingOf(bytes)).decode(bytes).replaceAll('\r\n', '\n')
  } catch (error) {
    throw unreadable(file, error)
  }
}

/** The JSON value of a file. @throws DataError where it cannot be read or is no JSON */
export function jsonIn(file: string): unknown {
  const text = readText(file)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new DataError(`not a readable JSON file: ${(error as Error).message}`, { file })
  }
}

export function unreadable(file: string, error: unknown): DataError {
  if (error instanceof DataError) return error
  const { code, message } = error as NodeJS.ErrnoException
  const reason = code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code ?? message})`
  return new DataError(reason, { file }, { cause: error })
}

/** The encoding of a text by its byte-order mark, which TextDecoder drops; without one UTF-8. */
export function encodingOf([first, second]: Uint8Array = new Uint8Array()): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
}
