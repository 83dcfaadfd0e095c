import { defineConfig } from 'vitest/config'

const common = { testTimeout: 60_000, hookTimeout: 120_000, pool: 'forks' as const, maxWorkers: 2 }
const notebooks = 'test/notebooks/recorded-results.test.ts'

export default defineConfig({
  test: {
    projects: [
      { test: { ...common, name: 'tests', include: ['test/**/*.test.ts'], exclude: [notebooks] } },
      // After all others: each notebook takes all cores.
      { test: { ...common, name: 'notebooks', include: [notebooks], sequence: { groupOrder: 1 } } },
    ],
  },
})
