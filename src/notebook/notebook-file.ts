import { z } from 'zod'
import { DataError, InputError, oneOf, quote } from '../util/errors.js'
import { writeAtomically } from '../util/files.js'
import { readText } from '../util/text-file.js'
import type { CellOutput } from './session.js'

/** A cell as nbformat 4 has it; `source` is one text here. */
export interface Cell {
  cell_type: 'code' | 'markdown' | 'raw'
  source: string
  metadata: { tags?: string[] }
  outputs?: CellOutput[]
  execution_count?: number | null
}

/** A notebook; fields that are not listed here stay as they were. */
export interface Notebook {
  cells: Cell[]
  metadata: Record<string, unknown>
  nbformat: number
}

/** The parts that are used; nbformat wants all metadata, other programs leave it out. */
const notebookSchema = z.looseObject({
  nbformat: z.literal(4),
  metadata: z.looseObject({}).nullish(),
  cells: z.array(
    z.looseObject({
      cell_type: z.enum(['code', 'markdown', 'raw']),
      source: z.union([z.string(), z.array(z.string())]).nullish(),
      metadata: z.looseObject({ tags: z.array(z.string()).nullish() }).nullish(),
    }),
  ),
})

/**
 * Reads a notebook; metadata and sources that are left out are empty.
 * @throws DataError for anything but a notebook of nbformat 4
 */
export function readNotebook(file: string): Notebook {
  const text = readText(file)
  let value: z.infer<typeof notebookSchema>
  try {
    value = JSON.parse(text) as typeof value
  } catch (error) {
    throw new DataError(`not a readable notebook: ${(error as Error).message}`, { file })
  }
  const issue = notebookSchema.safeParse(value).error?.issues[0]
  if (issue) {
    const found = issue.path.reduce<unknown>(
      (at, key) => (at as Record<PropertyKey, unknown>)?.[key],
      value,
    )
    throw new DataError(
      `expected a notebook of nbformat 4, got ${issue.path.join('.')} ${quote(found)}`,
      { file },
    )
  }
  const cells = value.cells.map((cell) => ({
    ...cell,
    metadata: cell.metadata ?? {},
    source: [cell.source ?? ''].flat().join(''),
  }))
  return { ...value, metadata: value.metadata ?? {}, cells } as Notebook
}

/** Texts as lists of lines, as Jupyter writes them, so that differences of versions read well. */
export function writeNotebook(file: string, notebook: Notebook): void {
  const lines = (text: string) => text.split(/(?<=\n)/)
  const output = (one: CellOutput) =>
    one.output_type === 'stream' ? { ...one, text: lines(one.text) } : one
  const cells = notebook.cells.map((cell) => ({
    ...cell,
    source: lines(cell.source),
    ...(cell.outputs ? { outputs: cell.outputs.map(output) } : {}),
  }))
  writeAtomically(file, JSON.stringify({ ...notebook, cells }, null, 1) + '\n')
}

/**
 * The code of a cell, with parameters set in the one that is tagged `parameters`: each must be
 * declared there by `let`.
 * @throws InputError for one that is not
 */
export function codeOf({ cells }: Notebook, parameters: Record<string, unknown>): string[] {
  const wanted = Object.entries(parameters)
  const home = cells.findIndex(({ metadata }) => metadata.tags?.includes('parameters'))
  const known =
    home < 0 ? [] : [...cells[home].source.matchAll(/^let (\w+)/gm)].map(([, name]) => name)
  const stranger = wanted.find(([name]) => !known.includes(name))
  if (stranger)
    throw new InputError(
      `there is no parameter ${quote(stranger[0])}; ${known.length > 0 ? `known: ${oneOf(known)}` : 'this notebook has none'}`,
    )
  const assignments = wanted.map(([name, value]) => ` ${name} = ${JSON.stringify(value)};`).join('')
  // In a block, whose value the kernel does not show.
  const block = wanted.length > 0 ? `\n{${assignments} }` : ''
  return cells.map(({ source }, k) => (k === home ? source + block : source))
}
