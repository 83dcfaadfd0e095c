/**
 * Where one relevant item stands among the candidates. Ties count by expected value: the rank of
 * the item is uniform on above + 1 .. above + tied + 1.
 */
export interface Place {
  /** Number of candidates that score higher. */
  above: number
  /** Number of other candidates that score the same. */
  tied: number
}

/**
 * Expected recall@K: the mean over the relevant items of P(rank <= K), from 0 to 1.
 * @param places - places of a user's relevant items; at least one
 * @example
 * recallAtK([{ above: 0, tied: 0 }, { above: 20, tied: 0 }], 10) // 0.5
 */
export function recallAtK(places: Place[], k: number): number {
  let sum = 0
  for (const { above, tied } of places) sum += Math.min(1, Math.max(0, (k - above) / (tied + 1)))
  return sum / places.length
}

/**
 * Expected ndcg@K with binary relevance, from 0 to 1: DCG = sum of 1 / log2(rank + 1) over the
 * ranks <= K of the relevant items, divided by the highest DCG that so many items can have.
 * @param places - places of a user's relevant items; at least one
 */
export function ndcgAtK(places: Place[], k: number): number {
  let dcg = 0
  for (const { above, tied } of places) {
    let sum = 0
    for (let rank = above + 1; rank <= Math.min(k, above + tied + 1); rank++)
      sum += 1 / Math.log2(rank + 1)
    dcg += sum / (tied + 1)
  }
  return dcg / idealDcg(k, places.length)
}

/** The highest DCG@K that a user with so many relevant items can have. */
export function idealDcg(k: number, numRelevant: number): number {
  let best = 0
  for (let rank = 1; rank <= Math.min(k, numRelevant); rank++) best += 1 / Math.log2(rank + 1)
  return best
}

/**
 * Expected hit rate@K: P(at least one relevant item is among the first K), from 0 to 1.
 * @param places - places of a user's relevant items; at least one
 */
export function hitRateAtK(places: Place[], k: number): number {
  const first = bestGroup(places)
  if (first.above >= k) return 0
  return 1 - probabilityOfNone(first.size, first.relevant, Math.min(k - first.above, first.size))
}

/**
 * Expected reciprocal rank of the first relevant item, from 0 to 1; its mean over users is the MRR.
 * @param places - places of a user's relevant items; at least one
 */
export function mrr(places: Place[]): number {
  const { above, size, relevant } = bestGroup(places)
  let expected = 0
  let noneBefore = 1
  for (let position = 1; position <= size - relevant + 1; position++) {
    const here = relevant / (size - position + 1)
    expected += (noneBefore * here) / (above + position)
    noneBefore *= 1 - here
  }
  return expected
}

/**
 * The group of equal scores that holds the best relevant item; the first relevant item is always in
 * it.
 */
function bestGroup(places: Place[]): { above: number; size: number; relevant: number } {
  const above = Math.min(...places.map((place) => place.above))
  const group = places.filter((place) => place.above === above)
  return { above, size: group[0].tied + 1, relevant: group.length }
}

/** Hypergeometric: none of `relevant` marked ones among `drawn` of `size`. */
function probabilityOfNone(size: number, relevant: number, drawn: number): number {
  let probability = 1
  for (let i = 0; i < relevant; i++) probability *= Math.max(0, size - drawn - i) / (size - i)
  return probability
}
