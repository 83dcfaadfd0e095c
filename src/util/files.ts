import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { threadId } from 'node:worker_threads'
import { InputError } from './errors.js'
import { refusal } from './refusals.js'

/** The content of a file, or its parts one after another. */
export type Content = string | Uint8Array | Iterable<string>

/**
 * Writes a file that is never half-written: a reader sees the old content or the new, also after
 * the machine has stopped. When this returns, it is on disk.
 * @param lasting - whether it is to outlive the machine; if not, nothing is waited for
 */
export function writeAtomically(path: string, content: Content, lasting = true): void {
  writeAll([[path, content]], lasting)
}

/**
 * Writes files into a folder. None gets its name before all are written: all are new, or all are
 * old.
 * @param files - by name
 */
export function writeTogether(folder: string, files: Record<string, Content>): void {
  writeAll(Object.entries(files).map(([name, content]) => [join(folder, name), content]))
}

function writeAll(files: [path: string, content: Content][], lasting = true): void {
  const written: { path: string; draft: string; target: string }[] = []
  let current = ''
  try {
    for (const [path, content] of files) {
      current = path
      const { target, special } = targetOf(path)
      const draft = special ? path : draftOf(target)
      if (!special) written.push({ path, draft, target })
      writeContent(draft, content, lasting && !special)
    }
    for (const { path, draft, target } of written) {
      current = path
      renameSync(draft, target)
    }
    if (!lasting) return
    for (const folder of new Set(written.map(({ target }) => dirname(target)))) syncNames(folder)
  } catch (error) {
    for (const { draft } of written) rmSync(draft, { force: true })
    throw withPath(current, error)
  }
}

/**
 * Checks that a file can be written, before the work that its content takes.
 * @throws InputError naming what is in the way
 */
export function checkFile(path: string): void {
  const there = statOf(path)
  if (there?.isDirectory()) throw new InputError(`${path} is a folder; name a file`)
  const { target, special } = targetOf(path)
  if (special) return
  const folder = dirname(resolve(target))
  if (!statOf(folder)) throw new InputError(`${path}: there is no folder ${folder}`)
  probe(folder, draftOf(target))
}

/**
 * Checks that a folder can be written, or made together with those above it.
 * @throws InputError naming what is in the way
 */
export function checkFolder(path: string): void {
  let place = resolve(path)
  while (!statOf(place)) place = dirname(place)
  probe(place, draftOf(join(place, '.understudy')))
}

/** Access rights do not tell of a full disk or a quota: a small file does. */
function probe(folder: string, draft: string): void {
  if (!statOf(folder)?.isDirectory()) throw new InputError(`${folder} is not a folder`)
  try {
    writeFileSync(draft, Buffer.alloc(4096))
  } catch (error) {
    const why = refusal(withPath(folder, error)) ?? folder
    throw new InputError(`nothing can be written to ${why}`, { cause: error })
  } finally {
    rmSync(draft, { force: true })
  }
}

function statOf(path: string): Stats | undefined {
  try {
    // Without throwIfNoEntry, which takes a file among the folders for no entry since Node 24.
    return statSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new InputError(refusal(withPath(path, error)) ?? String(error), { cause: error })
  }
}

/**
 * The file that is written: a link stays, and what it leads to is written. A device or a pipe is
 * special: no other file may be put in its place. Nor may one in that of a folder, which says so
 * when it is opened.
 */
function targetOf(path: string): { target: string; special: boolean } {
  const there = statSync(path, { throwIfNoEntry: false })
  const special = there !== undefined && !there.isFile()
  return { target: there?.isFile() ? realpathSync(path) : path, special }
}

const draftOf = (path: string) => `${path}.${process.pid}.${threadId}.tmp`

/** An error of the machine with the path that a user knows: not that of a draft, and not none. */
export function withPath(path: string, error: unknown): unknown {
  if ((error as NodeJS.ErrnoException).syscall === undefined) return error
  return Object.assign(error as Error, { path, dest: undefined })
}

function writeContent(path: string, content: Content, lasting: boolean): void {
  const whole = typeof content === 'string' || content instanceof Uint8Array
  const file = openSync(path, 'w')
  try {
    for (const part of whole ? [content] : content)
      writeWhole(file, typeof part === 'string' ? Buffer.from(part) : part)
    if (lasting) fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Makes a folder with those above it, on disk when this returns. */
export function makeFolder(path: string): void {
  const first = mkdirSync(path, { recursive: true })
  if (first === undefined) return
  const top = dirname(resolve(first))
  for (let at = dirname(resolve(path)); at.length >= top.length; at = dirname(at)) {
    syncNames(at)
    if (at === dirname(at)) return
  }
}

/** What systems and file systems say that sync no folder, and keep its names by themselves. */
const syncsNoFolder = ['EACCES', 'EBADF', 'EINVAL', 'EISDIR', 'ENOTSUP', 'EPERM']

/** A file is on disk, but not its name in the folder before this. */
function syncNames(folder: string): void {
  try {
    const file = openSync(folder, 'r')
    try {
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
  } catch (error) {
    if (!syncsNoFolder.includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

/** `writeSync` may write less than it is given. */
function writeWhole(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done)
}
