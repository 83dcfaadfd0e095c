import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, resolve } from 'node:path'
import { threadId } from 'node:worker_threads'
import { InputError } from './errors.js'

/**
 * Writes a file that is never half-written: a reader sees the old content or the new.
 * @param data - the content, or its parts one after another
 */
export function writeAtomically(path: string, data: string | Uint8Array | Iterable<string>): void {
  const temporary = `${path}.${process.pid}.${threadId}.tmp`
  try {
    if (typeof data === 'string' || data instanceof Uint8Array) writeFileSync(temporary, data)
    else writeParts(temporary, data)
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

function writeParts(path: string, parts: Iterable<string>): void {
  const file = openSync(path, 'w')
  try {
    for (const part of parts) writeWhole(file, Buffer.from(part))
  } finally {
    closeSync(file)
  }
}

/**
 * Checks that something can be made at a path whose folders may not be there yet.
 * @throws InputError naming the folder that cannot be written to
 */
export function checkWritable(path: string): void {
  let place = dirname(resolve(path))
  while (!existsSync(place)) place = dirname(place)
  if (!statSync(place).isDirectory()) throw new InputError(`${place} is no folder`)
  try {
    accessSync(place, constants.W_OK)
  } catch (error) {
    throw new InputError(`${place} cannot be written to`, { cause: error })
  }
}

/** `writeSync` may write less than it is given. */
function writeWhole(file: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done)
}
