import { dirname } from 'node:path'
import { codeOf, readNotebook } from './notebook-file.js'
import { endWithParent } from './process-group.js'
import { type CellOutput, openSession } from './session.js'

/** Message of a notebook's process: a cell has begun, or has ended. */
export type CellEvent = { cell: number; outputs?: CellOutput[]; ok?: boolean }

// Each notebook has its own process: a cell can break, hang or end this process alone.
const [file, parameters, parent] = process.argv.slice(2)
// By its number, since it may have ended by now.
endWithParent(Number(parent))
const notebook = readNotebook(file)
const code = codeOf(notebook, JSON.parse(parameters) as Record<string, unknown>)
process.chdir(dirname(file))
let outputs: CellOutput[] = []
const displays = new Map<string, CellOutput>()
const session = openSession(process.cwd(), (output, id, update) => {
  const known = id === undefined ? undefined : displays.get(id)
  const last = outputs.at(-1)
  if (known && update) Object.assign(known, output)
  // Writes that follow one another are one output.
  else if (
    output.output_type === 'stream' &&
    last?.output_type === 'stream' &&
    last.name === output.name
  )
    last.text += output.text
  else outputs.push(output)
  if (id !== undefined && !known) displays.set(id, output)
})
const tell = (event: CellEvent) => new Promise((resolve) => process.send!(event, resolve))
for (const [k, { cell_type: type }] of notebook.cells.entries()) {
  if (type !== 'code' || code[k].trim() === '') continue
  await tell({ cell: k })
  const error = await session.execute(code[k])
  await tell({ cell: k, outputs, ok: error === undefined })
  if (error) break
  outputs = []
}
process.exit(0)
