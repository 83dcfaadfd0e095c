import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { start } from '../support/command.js'
import { sharedFolder } from '../support/files.js'
import { notebookFolder, notebookNames } from '../support/notebooks.js'

const runs = sharedFolder()
/**
 * On the generated shop. After a change that is meant to change results: `npm run notebooks --
 * --json`, and a line in the changelog.
 */
const expected = JSON.parse(
  readFileSync(new URL('recorded-results.json', import.meta.url), 'utf8'),
) as Record<string, Record<string, number | string | boolean>>

interface Outcome {
  error?: string
  results: Record<string, number | string | boolean>
}

describe('the notebook', () => {
  beforeAll(() => {
    // Kept runs of an earlier test would be read instead of computed.
    process.env['UNDERSTUDY_RUNS'] = runs
  })

  // Each is run by its own test, so that one can be run alone: vitest -t 12-your-own-data.
  it.each(notebookNames)('%s runs without Python, and records what is expected', async (name) => {
    const file = join(notebookFolder, name)
    const { stdout } = await start('notebook', 'run', file, '--check', '--json').ended
    const [outcome] = (JSON.parse(stdout) as { notebooks: Outcome[] }).notebooks
    expect(outcome.error).toBeUndefined()
    expect(Object.keys(outcome.results).length).toBeGreaterThan(0)
    expect(outcome.results).toEqual(expected[name])
  })
})
