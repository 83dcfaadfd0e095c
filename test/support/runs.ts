import { createHash } from 'node:crypto'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { tiny } from './tiny.js'

/** A document that is to be damaged, at any depth. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = Record<string, any>

/** A copy of a run's folder. */
export function copyOf(run: string, to: string): string {
  cpSync(run, to, { recursive: true })
  return to
}

/**
 * Changes a checked file.
 * @param forged - whether to give it the checksum of what it holds then
 */
export function edit(file: string, change: (document: Json) => void, forged = false): void {
  const document = JSON.parse(readFileSync(file, 'utf8')) as Json
  change(document)
  if (forged) {
    delete document.sha256
    document.sha256 = createHash('sha256').update(JSON.stringify(document)).digest('hex')
  }
  writeFileSync(file, JSON.stringify(document))
}

/** Options of a small run of two seeds, which keeps all that it makes in a folder. */
export const smallRun = (folder: string) => ({
  settings: tiny,
  seeds: [0, 1],
  dataRoot: folder,
  store: join(folder, 'store'),
  workers: 1,
})

export const resultsOf = (run: string) => join(run, 'results.json')
export const seedOf = (run: string, seed = 0) => join(run, `seed-${seed}.json`)
