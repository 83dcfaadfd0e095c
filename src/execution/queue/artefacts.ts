import { gunzipSync, gzipSync } from 'node:zlib'
import type { Redis } from 'ioredis'
import { z } from 'zod'
import { ExecutionError } from '../../util/errors.js'
import { prefix } from './redis.js'
import { sha256 } from '../../util/sha256.js'

/** Most bytes of a result in its job, and of a piece of an artefact. */
const largest = 512 * 1024

/** Most bytes of an artefact, unpacked. */
const mostBytes = 2 ** 29

/** Time that an artefact is kept for a coordinator that is to come back, seconds. */
const keptFor = 14 * 24 * 3600

/** A text, or where it lies: gzipped, in so many pieces under its SHA-256. */
export const sentText = z.union([
  z.strictObject({ text: z.string() }),
  z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/), pieces: z.int().min(1).max(2000) }),
])

/** A text as it goes through a queue. */
export type SentText = z.infer<typeof sentText>

const keyOf = (digest: string, piece: number) => `${prefix}:artefact:${digest}:${piece}`

/** Makes a text ready to be sent: a large one is put into the Redis beside the queue. */
export async function sendText(redis: Redis, text: string): Promise<SentText> {
  if (Buffer.byteLength(text) <= largest) return { text }
  const packed = gzipSync(text)
  const digest = sha256(text)
  const pieces = Math.ceil(packed.length / largest)
  for (let k = 0; k < pieces; k++) {
    const piece = packed.subarray(k * largest, (k + 1) * largest)
    await redis.set(keyOf(digest, k), piece, 'EX', keptFor)
  }
  return { sha256: digest, pieces }
}

/** The text that was sent. @throws ExecutionError where a piece is missing or damaged */
export async function receiveText(redis: Redis, sent: SentText): Promise<string> {
  if ('text' in sent) return sent.text
  const pieces = []
  for (const key of keysOf(sent)) pieces.push((await redis.getBuffer(key)) ?? Buffer.alloc(0))
  const text = unpacked(Buffer.concat(pieces))
  if (text !== undefined && sha256(text) === sent.sha256) return text
  throw new ExecutionError(`the result ${sent.sha256.slice(0, 16)} is not whole in the Redis`)
}

/** Removes what was sent from the Redis. */
export async function removeText(redis: Redis, sent: SentText): Promise<void> {
  if (!('text' in sent)) await redis.del(...keysOf(sent))
}

function keysOf({ sha256, pieces }: Exclude<SentText, { text: string }>): string[] {
  return Array.from({ length: pieces }, (_, k) => keyOf(sha256, k))
}

function unpacked(bytes: Buffer): string | undefined {
  try {
    return gunzipSync(bytes, { maxOutputLength: mostBytes }).toString()
  } catch {
    return undefined
  }
}
