import { statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cellsOf, notebookFolder, notebookNames } from '../support/notebooks.js'

describe.each(notebookNames)('%s as committed', (name) => {
  const cells = cellsOf(join(notebookFolder, name))

  it('has parameters, a question, and recorded results at the end', () => {
    expect(cells[0].source.join('')).toMatch(/^# \d\d · .+\n\n\*\*Question: /)
    const parameters = cells.filter(({ metadata }) => metadata.tags?.includes('parameters'))
    expect(parameters.map(({ outputs }) => outputs)).toEqual([[]])
    expect(cells.at(-1)!.source.join('')).toContain('us.record(')
  })

  it('shows no path of a machine', () => {
    const shown = cells.flatMap(({ outputs = [] }) => outputs.map(({ text, data }) => [text, data]))
    expect(JSON.stringify(shown)).not.toMatch(
      /"[^"]*(?:\/tmp\/|\/home\/|\/work\/|\/Users\/|[A-Z]:\\)/,
    )
  })

  it('has been run as a whole without an error, and is small', () => {
    const code = cells.filter(({ cell_type: type }) => type === 'code')
    expect(code.map(({ execution_count: count }) => count)).toEqual(code.map((_, k) => k + 1))
    expect(
      code.flatMap(({ outputs }) => outputs!).filter(({ output_type: type }) => type === 'error'),
    ).toEqual([])
    expect(statSync(join(notebookFolder, name)).size).toBeLessThan(200_000)
  })
})
