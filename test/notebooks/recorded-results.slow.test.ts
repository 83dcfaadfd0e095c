import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { start } from '../support/command.js'
import { sharedFolder } from '../support/files.js'
import { notebookNames } from '../support/notebooks.js'

const runs = sharedFolder()
/**
 * On the generated shop. After a change that is meant to change results: `npm run notebooks --
 * --json`, and a line in the changelog.
 */
const expected = JSON.parse(
  readFileSync(new URL('recorded-results.json', import.meta.url), 'utf8'),
) as Record<string, Record<string, number | string | boolean>>

interface Outcome {
  file: string
  error?: string
  results: Record<string, number | string | boolean>
}

describe('the notebook', () => {
  let outcomes: Outcome[] = []
  beforeAll(async () => {
    // Kept runs of an earlier test would be read instead of computed.
    process.env['UNDERSTUDY_RUNS'] = runs
    const { stdout } = await start('notebook', 'run', '--check', '--json').ended
    outcomes = (JSON.parse(stdout) as { notebooks: Outcome[] }).notebooks
  })

  it.each(notebookNames)('%s runs without Python, and records what is expected', (name) => {
    const outcome = outcomes.find(({ file }) => file.endsWith(name))!
    expect(outcome.error).toBeUndefined()
    expect(Object.keys(outcome.results).length).toBeGreaterThan(0)
    expect(outcome.results).toEqual(expected[name])
  })
})
