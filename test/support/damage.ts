import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Stream } from '#src/util/random.js'

const child = fileURLToPath(new URL('./store-of-answers.mjs', import.meta.url))
const page = 4096

/** What came of a store: all its answers are the same, or it was refused. */
export interface Outcome {
  outcome: 'same' | 'refused'
  name?: string
  message?: string
  /** Answers that `answers repair` brought back. */
  repaired?: number
}

/** Makes an answer store of known answers. */
export function makeStore(folder: string, count: number): Buffer {
  const made = spawnSync(process.execPath, [child, 'make', folder, String(count)])
  if (made.status !== 0) throw new Error(String(made.stderr))
  return readFileSync(join(folder, 'data.mdb'))
}

/** Opens a store with this file in a process of its own, reads all of it, and writes to it. */
export function useStore(folder: string, file: Buffer, count: number): Outcome {
  mkdirSync(folder)
  writeFileSync(join(folder, 'data.mdb'), file)
  const args = [child, 'use', folder, String(count)]
  const ended = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 120_000 })
  if (ended.status !== 0) throw new Error(`${ended.signal ?? ended.status}: ${ended.stderr}`)
  return JSON.parse(ended.stdout) as Outcome
}

/** A way to damage a file; the result may have another length. */
export type Damage = (file: Buffer, rng: Stream) => Buffer

const flip =
  (place: (file: Buffer, rng: Stream) => number): Damage =>
  (file, rng) => {
    file[place(file, rng)] ^= 1 << rng.below(8)
    return file
  }
const pageOf = (file: Buffer, rng: Stream) => page * rng.below(file.length / page)

/** Ways in which disks, copies and programs damage files. */
export const damages: Record<string, Damage> = {
  'a bit of the head': flip((_, rng) => page * rng.below(2) + rng.below(168)),
  'a bit of the flushed head': flip((_, rng) => page / 2 + rng.below(168)),
  'a bit of the head of a page': flip((file, rng) => pageOf(file, rng) + rng.below(24)),
  'a bit of the places in a page': flip((file, rng) => pageOf(file, rng) + 24 + rng.below(40)),
  'a bit anywhere': flip((file, rng) => rng.below(file.length)),
  '64 random bytes': (file, rng) => {
    const at = rng.below(file.length - 64)
    for (let k = 0; k < 64; k++) file[at + k] = rng.below(256)
    return file
  },
  'a page of zeros': (file, rng) => {
    const at = pageOf(file, rng)
    return file.fill(0, at, at + page)
  },
  'a tail of zeros': (file, rng) => file.fill(0, rng.below(file.length)),
  'cut off': (file, rng) => file.subarray(0, rng.below(file.length)),
  'cut off after a page': (file, rng) => file.subarray(0, pageOf(file, rng)),
  'a page in place of another': (file, rng) => {
    const [from, to] = [pageOf(file, rng), pageOf(file, rng)]
    return Buffer.from(file).fill(file.subarray(from, from + page), to, to + page)
  },
  'a sector in place of another': (file, rng) => {
    const [from, to] = [0, 0].map(() => 512 * rng.below(file.length / 512))
    return Buffer.from(file).fill(file.subarray(from, from + 512), to, to + 512)
  },
  'random bytes': (file, rng) => Buffer.from(file.map(() => rng.below(256))),
}
