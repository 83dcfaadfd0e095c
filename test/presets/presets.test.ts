import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runExperiment } from '#src/execution/run-experiment.js'
import { presets } from '#src/presets/index.js'
import { summarise } from '#src/run/summary.js'
import { sharedFolder } from '../support/files.js'
import { tiny } from '../support/tiny.js'

const folder = sharedFolder()

// At their own size, by the command line: test/cli/presets.slow.test.ts.
it.each(presets.names())('the preset %s runs to a table and an answer', async (name) => {
  const out = join(folder, name)
  const { result } = await runExperiment(name, {
    settings: tiny,
    size: 'smoke',
    dataRoot: folder,
    out,
    store: join(folder, 'store'),
    workers: 1,
  })
  expect(result.trials.length).toBeGreaterThanOrEqual(2)
  expect(result.comparisons.length > 0 || result.conclusion !== undefined).toBe(true)
  const table = readFileSync(join(out, 'trials.csv'), 'utf8').trim().split('\n')
  expect(table).toHaveLength(1 + result.trials.length)
  expect(summarise(result).length).toBeGreaterThan(0)
})
