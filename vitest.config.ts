import { defineConfig } from 'vitest/config'

const minute = 60_000
const slow = 'test/**/*.slow.test.ts'
const notebooks = 'test/notebooks/recorded-results.slow.test.ts'

/**
 * Tests that run after those of a lower order. The time-out ends what hangs: it is many times what
 * a test takes on a quiet machine, and says nothing about speed.
 */
const project = (
  order: number,
  name: string,
  [include, ...exclude]: string[],
  testTimeout: number,
) => ({
  test: {
    name,
    include: [include],
    exclude,
    testTimeout,
    hookTimeout: testTimeout,
    pool: 'forks' as const,
    maxWorkers: 2,
    sequence: { groupOrder: order },
  },
})

// `npm test` runs the first project, `npm run test:all` all of them.
export default defineConfig({
  test: {
    projects: [
      project(0, 'tests', ['test/**/*.test.ts', slow], 10 * minute),
      project(1, 'slow', [slow, notebooks], 60 * minute),
      // Each notebook takes all cores.
      project(2, 'notebooks', [notebooks], 120 * minute),
    ],
  },
})
