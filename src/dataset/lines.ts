import { createReadStream, lstatSync, readlinkSync, type ReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline, type Readable } from 'node:stream'
import { TextDecoder } from 'node:util'
import { createGunzip } from 'node:zlib'
import { DataError, InterruptedError, quote, UnderstudyError } from '../util/errors.js'
import { encodingOf } from '../util/text-file.js'

const blockBytes = 256 * 1024

/** How to read a file of lines. */
export interface LinesOptions {
  /** Default utf-8, or utf-16 where a byte-order mark says so; the mark is dropped. */
  encoding?: 'utf-8' | 'latin1'
  /** Gets the size of each block read, in bytes, compressed if the file is. */
  onBytes?: (bytes: number) => void
  /** Stops the reading. */
  signal?: AbortSignal
  /** Longest line in characters. Default 64 Mi: beyond, the file is not one of lines. */
  maxLength?: number
}

/** Facts about a file that was read. */
export interface LinesSummary {
  /** Lines, the blank ones included. */
  lines: number
  /** Whether bytes were not UTF-8; they read as U+FFFD. */
  damaged: boolean
}

/**
 * Calls `onLine` with each line of a plain or gzipped file (told apart by its first bytes, so any
 * number of gzip members may follow each other) and its 1-based number; LF or CRLF.
 * @throws DataError when the file cannot be read, is cut off or corrupt, or a line is too long;
 * InterruptedError when `signal` fires
 */
export async function eachLine(
  file: string,
  onLine: (line: string, number: number) => void,
  options: LinesOptions = {},
): Promise<LinesSummary> {
  const splitter = new LineSplitter(file, onLine, options.maxLength ?? 64 * 2 ** 20)
  const decode = decoder(options.encoding ?? 'utf-8')
  const damage = new Damage()
  try {
    const { raw, text } = await openText(file)
    let reported = 0
    for await (const block of text) {
      if (options.signal?.aborted) throw new InterruptedError(`reading ${file} was interrupted`)
      const part = decode(block as Buffer)
      damage.look(part, block as Buffer)
      splitter.push(part)
      options.onBytes?.(raw.bytesRead - reported)
      reported = raw.bytesRead
    }
    const last = decode()
    damage.look(last)
    splitter.push(last)
    return { lines: splitter.end(), damaged: damage.found }
  } catch (error) {
    throw readError(file, error)
  }
}

async function openText(file: string): Promise<{ raw: ReadStream; text: Readable }> {
  const gzipped = await isGzip(file)
  const raw = createReadStream(file, { highWaterMark: blockBytes })
  // Errors of either stream reach the reader of the second; the callback only keeps them from being
  // thrown twice.
  const text = gzipped ? pipeline(raw, createGunzip({ chunkSize: blockBytes }), () => {}) : raw
  return { raw, text }
}

async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file)
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0)
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b
  } finally {
    await handle.close()
  }
}

function decoder(encoding: 'utf-8' | 'latin1'): (block?: Buffer) => string {
  // TextDecoder's latin1 is windows-1252; Buffer's is ISO 8859-1.
  if (encoding === 'latin1') return (block) => block?.toString('latin1') ?? ''
  let text: TextDecoder | undefined
  return (block) => {
    text ??= new TextDecoder(encodingOf(block))
    return block ? text.decode(block, { stream: true }) : text.decode()
  }
}

/**
 * Looks for U+FFFD in place of bytes that are not UTF-8: a file may also have the letter itself.
 */
class Damage {
  private balance = 0
  private tail: Buffer = Buffer.alloc(0)

  get found(): boolean {
    return this.balance > 0
  }

  /** @param block - whose letters the text has, but for one that ends in the next block */
  look(text: string, block: Buffer = Buffer.alloc(0)): void {
    if (text.includes(replacement)) {
      const bytes = Buffer.concat([this.tail, block])
      const own = bytes.toString('latin1').split(ownBytes)
      this.balance += text.split(replacement).length - own.length
    }
    this.tail = Buffer.from(block.subarray(-2))
  }
}

const replacement = '\ufffd'
/** The letter's bytes in UTF-8, as ISO 8859-1 reads them. */
const ownBytes = '\xef\xbf\xbd'

class LineSplitter {
  private number = 0
  private rest = ''
  constructor(
    private readonly file: string,
    private readonly onLine: (line: string, number: number) => void,
    private readonly maxLength: number,
  ) {}

  /** Searches the new text only: a line over many blocks is then linear, not quadratic. */
  push(text: string): void {
    let start = 0
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      this.emit(this.rest + text.slice(start, end))
      this.rest = ''
      start = end + 1
    }
    this.rest += text.slice(start)
    this.checkLength(this.rest, this.number + 1)
  }

  /** The number of lines. */
  end(): number {
    if (this.rest !== '') this.emit(this.rest)
    return this.number
  }

  private emit(line: string): void {
    this.number++
    this.checkLength(line, this.number)
    this.onLine(line.endsWith('\r') ? line.slice(0, -1) : line, this.number)
  }

  private checkLength(line: string, number: number): void {
    if (line.length <= this.maxLength) return
    throw new DataError(
      `a line is longer than ${this.maxLength} characters; ` +
        'is this a text file with one record per line?',
      { file: this.file, line: number },
    )
  }
}

/** Says of a file that is not there what is in its place. */
function missing(file: string): string {
  if (!lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink()) return 'there is no such file'
  return (
    `the file is a link to ${quote(readlinkSync(file))}, which is not there; ` +
    '`git annex get`, `dvc pull` or whatever made the link fetches it'
  )
}

/** What the reading of a file threw, as an error of the file. */
export function readError(file: string, error: unknown): unknown {
  const { code = '' } = error as NodeJS.ErrnoException
  if (error instanceof UnderstudyError) return error
  if (code === 'ENOENT') return new DataError(missing(file), { file })
  if (code === 'Z_BUF_ERROR')
    return new DataError('the gzip file is cut off; download it again', { file })
  if (code.startsWith('Z_'))
    return new DataError(`the gzip file is corrupt (${code}); download it again`, { file })
  if (/^E[A-Z]+$/.test(code))
    return new DataError(`the file cannot be read (${code})`, { file }, { cause: error })
  return error
}
