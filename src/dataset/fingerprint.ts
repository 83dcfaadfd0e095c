import { createHash } from 'node:crypto'
import type { Dataset } from './dataset.js'

export function fingerprint(dataset: Omit<Dataset, 'fingerprint'>): string {
  const hash = createHash('sha256')
  hash.update(JSON.stringify([dataset.userIds.length]))
  return hash.digest('hex')
}
