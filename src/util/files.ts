import { renameSync, writeFileSync } from 'node:fs'
import { threadId } from 'node:worker_threads'

/** Writes a file that is never half-written: a reader sees the old content or the new. */
export function writeAtomically(path: string, data: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}.${threadId}.tmp`
  writeFileSync(temporary, data)
  renameSync(temporary, path)
}
