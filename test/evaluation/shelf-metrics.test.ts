import { expect, it } from 'vitest'
import { shelfMetrics } from '#src/evaluation/shelf-metrics.js'

// Items from 100 on are new.
const isNew = (item: number) => item >= 100
const later = (...lists: number[][]) => ({
  users: Int32Array.from(lists.keys()),
  start: Int32Array.from([0, ...lists.map((_, k) => lists.slice(0, k + 1).flat().length)]),
  item: Int32Array.from(lists.flat()),
})

it('metrics of a list by hand', () => {
  const lists = Int32Array.of(1, 100, 2, 101)
  const { mean } = shelfMetrics(lists, later([100, 2, 7, 102]), isNew, [2, 4])
  // Of 2 known and 2 new choices one each is listed, at ranks 2 (new) and 3 (known).
  expect(mean['recall@2']).toBe(1 / 4)
  expect(mean['recall@4']).toBe(2 / 4)
  expect([mean['new@2'], mean['new@4']]).toEqual([1 / 2, 1 / 2])
  expect([mean['warm@2'], mean['warm@4']]).toEqual([0, 1 / 2])
  expect([mean['exposure@2'], mean['exposure@4']]).toEqual([1 / 2, 1 / 2])
  const ideal = 1 + 1 / Math.log2(3)
  expect(mean['ndcg@2']).toBeCloseTo(1 / Math.log2(3) / ideal, 12)
})

it('a perfect list has 1 everywhere, and a list that has ended counts its places only', () => {
  const { mean } = shelfMetrics(Int32Array.of(100, 1, -1, -1), later([1, 100]), isNew, [4])
  for (const name of ['recall@4', 'ndcg@4', 'new@4', 'warm@4']) expect(mean[name]).toBe(1)
  expect(mean['exposure@4']).toBe(1 / 2)
})

it('a user who chose no new item says nothing of new items', () => {
  const { perUser, mean } = shelfMetrics(
    Int32Array.of(1, 100, 1, 100),
    later([1], [1, 100]),
    isNew,
    [2],
  )
  expect(perUser['new@2'][0]).toBeNaN()
  expect(mean['new@2']).toBe(1)
  expect(mean['recall@2']).toBe(1)
})
