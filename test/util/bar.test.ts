import { expect, it } from 'vitest'
import { bar } from '#src/util/bar.js'

it.each([
  [1, 1, 4, '████'],
  [0.5, 1, 4, '██'],
  [9, 32, 4, '█▏'],
  [31, 32, 4, '███▉'],
  [2, 1, 3, '███'],
  [0, 1, 4, ''],
  [-1, 1, 4, ''],
  [NaN, 1, 4, ''],
  [1, 0, 4, ''],
])('%d of %d in %d cells', (value, most, width, text) => {
  expect(bar(value, most, width)).toBe(text)
})
