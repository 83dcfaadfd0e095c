import { type Histories, historyOf } from '../dataset/histories.js'
import type { Recommender } from '../two-tower/recommender.js'

/** Train interactions of each item [numItems]. */
export function popularityOf(train: Histories, numItems: number): Int32Array {
  const popularity = new Int32Array(numItems)
  for (const item of train.item) popularity[item]++
  return popularity
}

/**
 * A recommender that scores items by their number of train interactions, the same for every user.
 */
export function popularityRecommender(train: Histories, numItems: number): Recommender {
  const popularity = popularityOf(train, numItems)
  return {
    score(users, items, out) {
      for (let b = 0; b < users.length; b++)
        for (let k = 0; k < items.length; k++) out[b * items.length + k] = popularity[items[k]]
    },
  }
}

/**
 * A recommender by similar items, ItemKNN (Sarwar et al. 2001; Deshpande and Karypis 2004):
 * score(u, i) = sum over j in H_u of cos(i, j), where H_u is the user's history and j counts only
 * if it is among the `neighbours` items most similar to i. Items are binary vectors over users.
 * @param neighbours - default 100
 */
export function itemKnnRecommender(
  train: Histories,
  numItems: number,
  neighbours = 100,
): Recommender {
  const similar = similarItems(train, numItems, neighbours)
  return {
    score(users, items, out) {
      const score = new Float32Array(numItems)
      for (let b = 0; b < users.length; b++) {
        score.fill(0)
        for (const j of new Set(historyOf(train, users[b])))
          for (let k = similar.start[j]; k < similar.start[j + 1]; k++)
            score[similar.item[k]] += similar.value[k]
        for (let k = 0; k < items.length; k++) out[b * items.length + k] = score[items[k]]
      }
    },
  }
}

/** For each item j, the items i that have j among their neighbours, with cos(i, j). */
function similarItems(train: Histories, numItems: number, neighbours: number) {
  const byItem = usersOfItems(train, numItems)
  const lists: { item: number; value: number }[][] = Array.from({ length: numItems }, () => [])
  const overlap = new Float64Array(numItems)
  for (let i = 0; i < numItems; i++) {
    const touched: number[] = []
    for (const user of byItem[i])
      for (const j of historyOf(train, user)) {
        if (j === i) continue
        if (overlap[j]++ === 0) touched.push(j)
      }
    const cosine = touched.map((j) => ({
      j,
      value: overlap[j] / Math.sqrt(byItem[i].length * byItem[j].length),
    }))
    for (const j of touched) overlap[j] = 0
    cosine.sort((a, b) => b.value - a.value || a.j - b.j)
    for (const { j, value } of cosine.slice(0, neighbours)) lists[j].push({ item: i, value })
  }
  const start = new Int32Array(numItems + 1)
  for (let j = 0; j < numItems; j++) start[j + 1] = start[j] + lists[j].length
  const flat = lists.flat()
  return {
    start,
    item: Int32Array.from(flat, (n) => n.item),
    value: Float32Array.from(flat, (n) => n.value),
  }
}

function usersOfItems(train: Histories, numItems: number): number[][] {
  const users: number[][] = Array.from({ length: numItems }, () => [])
  for (let u = 0; u + 1 < train.start.length; u++)
    for (const item of new Set(historyOf(train, u))) users[item].push(u)
  return users
}
