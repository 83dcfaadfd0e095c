import { createHash, type Hash } from 'node:crypto'
import { endianness } from 'node:os'
import type { Dataset, ItemText } from './dataset.js'

/** The part of a data set that its fingerprint covers: all but its name and its notes. */
export type Content = Pick<Dataset, 'userIds' | 'itemIds' | 'interactions' | 'items' | 'ratingText'>

const idsPerUpdate = 4096

/**
 * SHA-256 (hex) over vocabularies, interactions (little-endian, so the same on every machine), item
 * text and, where it is given, how a rating is said. Equal data have equal fingerprints, whichever
 * files they came from.
 */
export function fingerprint(data: Content): string {
  const hash = createHash('sha256')
  const { user, item, timestamp, rating } = data.interactions
  hashTexts(hash, 'users', data.userIds)
  hashTexts(hash, 'items', data.itemIds)
  for (const [name, values] of Object.entries({ user, item, timestamp, rating }))
    hashNumbers(hash, name, values)
  hashTexts(hash, 'text', data.items, ordered)
  if (data.ratingText !== undefined) hashTexts(hash, 'ratings', [data.ratingText])
  return hash.digest('hex')
}

/** The fields in one order, however the loader wrote them. */
function ordered({ title, categories, brand, description }: ItemText): unknown {
  return [title ?? null, categories ?? null, brand ?? null, description ?? null]
}

function hashTexts<T>(
  hash: Hash,
  name: string,
  values: readonly T[],
  content: (value: T) => unknown = (value) => value,
) {
  hash.update(`${name} ${values.length}\n`)
  for (let at = 0; at < values.length; at += idsPerUpdate) {
    const lines = values
      .slice(at, at + idsPerUpdate)
      .map((value) => `${JSON.stringify(content(value))}\n`)
    hash.update(lines.join(''))
  }
}

function hashNumbers(
  hash: Hash,
  name: string,
  values: Int32Array | Float32Array | Float64Array | undefined,
) {
  hash.update(`${name} ${values?.length ?? 'absent'}\n`)
  if (values !== undefined) hash.update(littleEndian(values))
}

function littleEndian(values: Int32Array | Float32Array | Float64Array): Buffer {
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength)
  if (endianness() === 'LE') return bytes
  return values.BYTES_PER_ELEMENT === 8 ? Buffer.from(bytes).swap64() : Buffer.from(bytes).swap32()
}
