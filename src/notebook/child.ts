import { dirname } from 'node:path'
import { codeOf, readNotebook } from './notebook-file.js'
import { type CellOutput, openSession } from './session.js'

/** What a notebook's process tells: a cell has begun, a cell has ended. */
export type CellEvent = { cell: number; outputs?: CellOutput[]; ok?: boolean }

// A process of its own for each notebook: what a cell breaks, hangs or ends is this process alone.
const [file, parameters] = process.argv.slice(2)
const notebook = readNotebook(file)
const code = codeOf(notebook, JSON.parse(parameters) as Record<string, unknown>)
process.chdir(dirname(file))
const session = openSession(process.cwd())
const tell = (event: CellEvent) => new Promise((resolve) => process.send!(event, resolve))
for (const [k, { cell_type: type }] of notebook.cells.entries()) {
  if (type !== 'code' || code[k].trim() === '') continue
  await tell({ cell: k })
  const { ok, outputs } = await session.execute(code[k])
  await tell({ cell: k, outputs, ok })
  if (!ok) break
}
session.close()
process.exit(0)
