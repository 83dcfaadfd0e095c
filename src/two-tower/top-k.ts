import type { TopK } from './engine.js'

/**
 * The k best candidates of each user by score, in blocks of users.
 *
 * @param score - writes the scores [users.length, items.length] of a block
 */
export function rankTopK(
  score: (users: Int32Array, items: Int32Array, out: Float32Array) => void,
  users: Int32Array,
  items: Int32Array,
  k: number,
  exclude: (user: number) => Int32Array = () => new Int32Array(0),
): TopK {
  const blockUsers = Math.max(1, Math.floor(2 ** 22 / Math.max(1, items.length)))
  const result: TopK = { items: new Int32Array(users.length * k).fill(-1), scores: new Float32Array(users.length * k).fill(NaN) }
  for (let from = 0; from < users.length; from += blockUsers) {
    const block = users.subarray(from, from + blockUsers)
    const scores = new Float32Array(block.length * items.length)
    score(block, items, scores)
    for (const [row, user] of block.entries()) {
      const own = scores.subarray(row * items.length, (row + 1) * items.length)
      const best = bestPositions(own, items, k, new Set(exclude(user)))
      for (const [rank, position] of best.entries()) {
        result.items[(from + row) * k + rank] = items[position]
        result.scores[(from + row) * k + rank] = own[position]
      }
    }
  }
  return result
}

/** Insertion into a sorted list of at most k: few candidates get past its last entry. Equal scores keep the order of the candidates. */
function bestPositions(scores: Float32Array, items: Int32Array, k: number, excluded: Set<number>): number[] {
  const best: number[] = []
  for (let position = 0; position < scores.length && k > 0; position++) {
    const score = scores[position]
    if (best.length === k && score <= scores[best[k - 1]]) continue
    if (excluded.has(items[position])) continue
    let at = best.length
    while (at > 0 && scores[best[at - 1]] < score) at--
    best.splice(at, 0, position)
    if (best.length > k) best.pop()
  }
  return best
}
