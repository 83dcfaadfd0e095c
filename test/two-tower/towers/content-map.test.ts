import { contentVectors } from '#src/two-tower/content-vectors.js'
import { expect, it } from 'vitest'
import { mapColdItems } from '#src/two-tower/towers/content-map.js'

it('content-map puts a cold item where its text says, and leaves the warm ones', () => {
  const items = ['red pen', 'red pen', 'blue ink', 'blue ink', 'red pen', 'blue ink'].map(
    (title) => ({ title }),
  )
  const content = contentVectors(items, 2)
  const model = { dim: 1, users: Float32Array.of(1), items: Float32Array.of(1, 1, -1, -1, 9, 9) }
  const mapped = mapColdItems(
    model,
    content,
    Int32Array.of(5, 5, 5, 5, 0, 0),
    Int32Array.of(4, 5),
    1e-9,
  )
  expect([...mapped.items.slice(0, 4)]).toEqual([1, 1, -1, -1])
  expect(mapped.items[4]).toBeCloseTo(1, 5)
  expect(mapped.items[5]).toBeCloseTo(-1, 5)
  expect(model.items[4]).toBe(9)
})

it('content-map needs some text', () => {
  expect(() => contentVectors([{}, {}], 2)).toThrow(/no item has a title/)
})
