import fc from 'fast-check'
import { expect, it } from 'vitest'
import { sortByKey } from '#src/util/sort.js'
import { nthSmallest } from '#src/util/statistics.js'
import { range } from '#src/util/typed.js'

const keys = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 200 })

it('sorts a part of the indices by their keys, equal keys in the order of the indices', () => {
  fc.assert(
    fc.property(keys, fc.nat(200), fc.nat(200), (list, a, b) => {
      const key = Float64Array.from(list)
      const [from, to] = [a, b].map((n) => n % (list.length + 1)).sort((x, y) => x - y)
      const order = range(list.length)
      sortByKey(order, [from, to], key, new Int32Array(list.length))
      const plain = Array.from(range(list.length))
      const part = plain.slice(from, to).sort((x, y) => key[x] - key[y] || x - y)
      expect([...order]).toEqual([...plain.slice(0, from), ...part, ...plain.slice(to)])
    }),
    { numRuns: 500 },
  )
})

it('finds the value at a place of the sorted values, and leaves them as they are', () => {
  fc.assert(
    fc.property(keys, fc.nat(), (list, n) => {
      fc.pre(list.length > 0)
      const values = Float64Array.from(list)
      const sorted = [...list].sort((x, y) => x - y)
      expect(nthSmallest(values, n % list.length)).toBe(sorted[n % list.length])
      expect([...values]).toEqual(list)
    }),
  )
})
