import { createHash } from 'node:crypto'
import type { Dataset } from './dataset.js'

/** SHA-256 (hex) over ids, interactions and item text; typed arrays in the machine's byte order, little-endian wherever Node runs. */
export function fingerprint({ userIds, itemIds, interactions, items }: Omit<Dataset, 'fingerprint'>): string {
  const hash = createHash('sha256')
  for (const list of [userIds, itemIds, items]) {
    for (const entry of list) hash.update(JSON.stringify(entry)).update('\n')
    hash.update('\0')
  }
  for (const array of [interactions.user, interactions.item, interactions.timestamp, interactions.rating]) {
    if (array) hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
    hash.update('\0')
  }
  return hash.digest('hex')
}
