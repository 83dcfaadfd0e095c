import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readShared, share } from '#src/util/shared.js'

const long = Array.from({ length: 2000 }, (_, k) => ({
  title: `Ünder "study" ${k}`,
  categories: [['a', 'b\n']],
}))

it('readShared gives back what share was given', () => {
  const value = {
    n: 1,
    text: 'x',
    none: undefined,
    nothing: null,
    short: [1, 'a'],
    long,
    nested: { view: Float32Array.of(1, NaN).subarray(1), scaled: [Float64Array.of(1, 2)] },
  }
  const got = readShared(share(value)) as typeof value
  expect({ ...got, long: [] }).toEqual({ ...value, long: [] })
  expect([...got.long]).toEqual(long)
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue(), { minLength: 1000, maxLength: 1010 }),
      (values) =>
        void expect([...(readShared(share(values)) as unknown[])]).toEqual(
          JSON.parse(JSON.stringify(values)),
        ),
    ),
    { numRuns: 10 },
  )
})

it('a long array is an array to all that reads it, and to nobody who writes', () => {
  const list = readShared(share(long)) as typeof long
  expect(Array.isArray(list)).toBe(true)
  expect(list).toHaveLength(2000)
  expect(list[7]).toEqual(long[7])
  expect([list[2000], list[-1], list.at(-1)]).toEqual([undefined, undefined, long[1999]])
  expect(list.map(({ title }) => title)).toEqual(long.map(({ title }) => title))
  expect([...list.entries()][3]).toEqual([3, long[3]])
  expect(list.slice(5, 7)).toEqual(long.slice(5, 7))
  expect(list.filter((_, k) => k === 3)).toEqual([long[3]])
  expect(() => list.push(long[0])).toThrow(TypeError)
})

it('numbers and long arrays lie in memory that a worker thread reads, not in a copy', async () => {
  const numbers = Int32Array.of(1, 2)
  const value = share({ numbers, long }) as {
    numbers: Int32Array
    long: { sharedList: { bytes: Uint8Array } }
  }
  const worker = new Worker(
    `const { parentPort, workerData: { numbers, long } } = require('node:worker_threads'); numbers[1] = 7; long.sharedList.bytes[0] = 91; parentPort.postMessage(0)`,
    { eval: true, workerData: value },
  )
  await new Promise((resolve) => worker.once('message', resolve))
  await worker.terminate()
  expect([value.numbers[1], value.long.sharedList.bytes[0], numbers[1]]).toEqual([7, 91, 2])
})
