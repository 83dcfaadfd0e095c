import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { understudy } from '../support/command.js'
import { cellsOf } from '../support/notebooks.js'

const folder = fileURLToPath(new URL('../../notebooks/', import.meta.url))
const files = readdirSync(folder).filter((name) => /^\d\d-.*\.ipynb$/.test(name)).sort()
/** On the generated shop. After a change that is meant to change results: `npm run notebooks -- --json`, and a line in the changelog. */
const expected = JSON.parse(readFileSync(new URL('recorded-results.json', import.meta.url), 'utf8')) as Record<string, Record<string, number | string | boolean>>

interface Outcome {
  file: string
  error?: string
  results: Record<string, number | string | boolean>
}

describe('all notebooks, in the TypeScript kernel without Python', () => {
  let outcomes: Outcome[] = []
  beforeAll(() => {
    // Kept runs of an earlier test would be read instead of computed.
    process.env['UNDERSTUDY_RUNS'] = mkdtempSync(join(tmpdir(), 'understudy-'))
    const { stdout } = understudy('notebook', 'run', '--check', '--json')
    outcomes = (JSON.parse(stdout) as { notebooks: Outcome[] }).notebooks
  }, 900_000)

  it.each(files)('%s runs, and records what is expected', (name) => {
    const outcome = outcomes.find(({ file }) => file.endsWith(name))!
    expect(outcome.error).toBeUndefined()
    expect(Object.keys(outcome.results).length).toBeGreaterThan(0)
    expect(outcome.results).toEqual(expected[name])
  })
})

describe.each(files)('%s as committed', (name) => {
  const cells = cellsOf(join(folder, name))

  it('has parameters, a question, and recorded results at the end', () => {
    expect(cells[0].source.join('')).toMatch(/^# \d\d · .+\n\n\*\*Question: /)
    expect(cells.filter(({ metadata }) => metadata.tags?.includes('parameters'))).toHaveLength(1)
    expect(cells.at(-1)!.source.join('')).toContain('us.record(')
  })

  it('has been run as a whole without an error, and is small', () => {
    const code = cells.filter(({ cell_type: type }) => type === 'code')
    expect(code.map(({ execution_count: count }) => count)).toEqual(code.map((_, k) => k + 1))
    expect(code.flatMap(({ outputs }) => outputs!).filter(({ output_type: type }) => type === 'error')).toEqual([])
    expect(statSync(join(folder, name)).size).toBeLessThan(200_000)
  })
})
