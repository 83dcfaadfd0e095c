import { fork } from 'node:child_process'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ExecutionError, InterruptedError } from '../util/errors.js'
import { resolveOptional } from '../util/optional.js'
import type { CellEvent } from './child.js'
import { resultsType } from './display.js'
import { codeOf, type Notebook, readNotebook, writeNotebook } from './notebook-file.js'
import { hasGroups, killGroup } from './process-group.js'
import { type CellOutput, tslab } from './session.js'

/** Numbers that a notebook recorded, by name. */
export type Results = Record<string, number | string | boolean>

/** Options of `runNotebook`. */
export interface NotebookOptions {
  /** Set in the cell tagged `parameters`. */
  parameters: Record<string, unknown>
  /** Most that one cell may take, seconds. */
  timeoutSeconds: number
  /** Leave the file as it is. */
  check: boolean
  signal?: AbortSignal
  /** Called when a cell begins: its number among the code cells, and how many there are. */
  onCell?: (number: number, total: number) => void
}

/**
 * Runs the cells of a notebook in the TypeScript kernel, in a separate process, without Jupyter or
 * Python, and writes the outputs back.
 * @returns what its cells recorded
 * @throws ExecutionError naming the cell and its error; outputs up to it are written. ConfigError
 * where the kernel is not installed
 */
export async function runNotebook(file: string, options: NotebookOptions): Promise<Results> {
  const { parameters, check, signal } = options
  const notebook = readNotebook(file)
  codeOf(notebook, parameters)
  resolveOptional(tslab, 'tslab/dist/main.js')
  for (const cell of notebook.cells)
    if (cell.cell_type === 'code') Object.assign(cell, { outputs: [], execution_count: null })
  const failure = await runCells(file, notebook, options)
  // The parameters that the outputs were made with.
  notebook.metadata['understudy'] = { parameters }
  if (!check) writeNotebook(file, notebook)
  if (signal?.aborted)
    throw new InterruptedError(
      check ? 'stopped' : `stopped: ${file} has the outputs of the cells that ran`,
    )
  if (failure !== undefined) throw new ExecutionError(`${file}: ${failure}`)
  const shown = notebook.cells.flatMap((cell) => cell.outputs ?? [])
  return Object.assign(
    {},
    ...shown.map((output) =>
      output.output_type === 'display_data' ? output.data[resultsType] : undefined,
    ),
  ) as Results
}

/**
 * Runs the cells in a separate process, and puts their outputs into the notebook.
 * @returns what failed, if anything did
 */
function runCells(
  file: string,
  notebook: Notebook,
  { parameters, timeoutSeconds, signal, onCell }: NotebookOptions,
): Promise<string | undefined> {
  const numbers = numbersOf(notebook)
  return new Promise((end) => {
    const child = fork(
      fileURLToPath(new URL('child.js', import.meta.url)),
      [resolve(file), JSON.stringify(parameters), String(process.pid)],
      { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [], detached: hasGroups },
    )
    let [running, done] = [0, 0]
    let failed: string | undefined
    let timer: NodeJS.Timeout | undefined
    // What a cell has started goes with it.
    const kill = () => child.pid !== undefined && killGroup(child.pid)
    if (signal?.aborted) kill()
    signal?.addEventListener('abort', kill)
    child.on('message', ({ cell, outputs, ok }: CellEvent) => {
      clearTimeout(timer)
      if (outputs === undefined) {
        running = numbers.get(cell)!
        onCell?.(running, numbers.size)
        timer = setTimeout(() => {
          failed = `cell ${running} ran longer than ${timeoutSeconds} s`
          kill()
        }, timeoutSeconds * 1000)
        return
      }
      Object.assign(notebook.cells[cell], { outputs, execution_count: numbers.get(cell) })
      if (ok) done++
      else failed = `cell ${running}: ${errorOf(outputs)}`
    })
    child.on('exit', kill)
    child.on('close', (code) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', kill)
      end(
        failed ??
          (done < numbers.size
            ? `cell ${running} ended the process (exit status ${code})`
            : undefined),
      )
    })
  })
}

/** Numbers of the code cells with code in them, from 1, by position in the notebook. */
function numbersOf({ cells }: Notebook): Map<number, number> {
  const withCode = cells.flatMap(({ cell_type: type, source }, k) =>
    type === 'code' && source.trim() !== '' ? [k] : [],
  )
  return new Map(withCode.map((k, n) => [k, n + 1]))
}

function errorOf(outputs: CellOutput[]): string {
  const error = outputs.find((output) => output.output_type === 'error')
  return error ? `${error.ename}: ${error.evalue}` : 'failed'
}
