import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { askFaultyServer } from '../support/faulty-server.js'

it('5,000 questions get a right answer or fail, with 30 % of requests faulty and in flat memory', async () => {
  const memory: number[] = []
  const { calls, failed, requests, faults } = await askFaultyServer(250, (finished) => {
    if (finished === 62 || finished === 250) memory.push(held())
  })
  expect(calls).toBe(5000)
  expect(requests).toBeGreaterThan(6000)
  expect(Object.keys(faults)).toHaveLength(9)
  // 2 % of the prompts never get a usable answer; hardly any other question runs out of tries.
  expect(failed).toBeGreaterThan(50)
  expect(failed).toBeLessThan(160)
  // Between a quarter of the users and all of them, answers grow fourfold.
  expect(memory[1] / memory[0]).toBeLessThan(1.5)
})

/**
 * Bytes that JavaScript holds; not the process's memory, which counts what was freed and the pages
 * of the store's file.
 */
function held(): number {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
