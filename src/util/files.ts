import { renameSync, writeFileSync } from 'node:fs'
import { threadId } from 'node:worker_threads'

/** Never half-written: a reader sees the old file or the new one. */
export function writeAtomically(path: string, data: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}.${threadId}.tmp`
  writeFileSync(temporary, data)
  renameSync(temporary, path)
}
