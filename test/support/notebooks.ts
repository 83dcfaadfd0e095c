import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const notebookFolder = fileURLToPath(new URL('../../notebooks/', import.meta.url))

/** The numbered notebooks, in reading order. */
export const notebookNames = readdirSync(notebookFolder)
  .filter((name) => /^\d\d-.*\.ipynb$/.test(name))
  .sort()

/** A notebook of these code cells, the first one its parameters, in a folder of its own. */
export function notebookOf(...cells: string[]): string {
  const file = join(mkdtempSync(join(tmpdir(), 'understudy-')), 'made.ipynb')
  const code = (source: string, k: number) => ({
    cell_type: 'code',
    id: `cell-${k}`,
    metadata: k === 0 ? { tags: ['parameters'] } : {},
    source,
    outputs: [],
    execution_count: null,
  })
  const kernelspec = {
    name: 'understudy',
    display_name: 'TypeScript (understudy)',
    language: 'typescript',
  }
  writeFileSync(
    file,
    JSON.stringify({
      cells: cells.map(code),
      metadata: { kernelspec },
      nbformat: 4,
      nbformat_minor: 5,
    }),
  )
  return file
}

export interface ReadCell {
  cell_type: string
  metadata: { tags?: string[] }
  source: string[]
  execution_count?: number | null
  outputs?: {
    output_type: string
    name?: string
    text?: string[]
    data?: Record<string, unknown>
    ename?: string
    evalue?: string
  }[]
}

export function cellsOf(file: string): ReadCell[] {
  return (JSON.parse(readFileSync(file, 'utf8')) as { cells: ReadCell[] }).cells
}
