import { createRequire } from 'node:module'
import { format } from 'node:util'
import type { OptionalPackage } from '../util/optional.js'
import { turn } from '../util/turn.js'

/** The package of the TypeScript kernel. Its internal modules are used, so the version is exact. */
export const tslab: OptionalPackage = {
  name: 'tslab',
  version: '1.0.22',
  needs: 'running a notebook',
}

/** An output of a cell, in the form of nbformat 4. */
export type CellOutput =
  | { output_type: 'stream'; name: 'stdout' | 'stderr'; text: string }
  | {
      output_type: 'display_data'
      data: Record<string, unknown>
      metadata: Record<string, unknown>
    }
  | ErrorOutput

/** An error of a cell, in the form of nbformat 4. */
export interface ErrorOutput {
  output_type: 'error'
  ename: string
  evalue: string
  traceback: string[]
}

// The parts of tslab's internal modules that are used.
interface ConverterModule {
  createConverter(options: { isJS: false; isBrowser: false }): { close(): void }
}
export interface Executor {
  execute(code: string): Promise<boolean>
  interrupt(): void
  close(): void
}
interface ExecutorModule {
  createExecutor(
    folder: string,
    converters: object,
    console: { log(...args: unknown[]): void; error(...args: unknown[]): void },
  ): Executor
}
interface JupyterModule {
  lastWriteDisplayData: (
    message: {
      data: Record<string, unknown>
      metadata: Record<string, unknown>
      transient: { display_id?: string }
    },
    update?: boolean,
  ) => void
}

/**
 * The TypeScript kernel, in this process: cells run one after another and see each other's names.
 */
export interface Session {
  /** Runs a cell. @returns its error, if it failed */
  execute(code: string): Promise<ErrorOutput | undefined>
  /** Ends the wait for a cell that awaits something. */
  interrupt(): void
  /** tslab's executor, for completion and inspection. */
  readonly executor: Executor
}

/**
 * Told of each output as it comes; with `update` it takes the place of the earlier one under the
 * same id.
 */
export type OnOutput = (output: CellOutput, displayId?: string, update?: boolean) => void

const load = createRequire(import.meta.url)

/** @param folder - what cells import from: `..` is the package of a notebook in `notebooks/` */
export function openSession(folder: string, onOutput: OnOutput): Session {
  strictTypes()
  const { createConverter } = load('tslab/dist/converter.js') as ConverterModule
  const { createExecutor } = load('tslab/dist/executor.js') as ExecutorModule
  const jupyter = load('tslab/dist/jupyter.js') as JupyterModule
  let failure: ErrorOutput | undefined
  const fail = (...args: unknown[]) => {
    const error = errorOutput(args)
    failure ??= error
    onOutput(error)
  }
  const converter = createConverter({ isJS: false, isBrowser: false })
  const put = (name: 'stdout' | 'stderr', text: string) =>
    onOutput({ output_type: 'stream', name, text })
  const executor = createExecutor(
    folder,
    { node: converter, close: () => converter.close() },
    { log: (...args) => put('stdout', format(...args) + '\n'), error: fail },
  )
  jupyter.lastWriteDisplayData = ({ data, metadata, transient: { display_id: id } }, update) =>
    onOutput({ output_type: 'display_data', data, metadata }, id, update)
  // Nobody waited for it: without this it would pass silently. Between two cells it fails the next
  // one.
  process.on('unhandledRejection', fail)
  process.on('uncaughtException', fail)
  for (const name of ['stdout', 'stderr'] as const)
    process[name].write = ((chunk: string | Uint8Array) => {
      put(name, typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString())
      return true
    }) as typeof process.stdout.write
  return {
    async execute(code) {
      await executor.execute(code)
      // Promises that a cell left behind fail in the next turns of the loop.
      for (let k = 0; k < 3; k++) await turn()
      const error = failure
      failure = undefined
      return error
    },
    interrupt: () => executor.interrupt(),
    executor,
  }
}

/** tslab's own TypeScript checks loosely; its compiler host is made with `strict` instead. */
function strictTypes(): void {
  const id = load.resolve('@tslab/typescript-for-tslab', {
    paths: [load.resolve('tslab/dist/main.js')],
  })
  const ts = load(id) as {
    createWatchCompilerHost(files: string[], options: object, ...rest: unknown[]): unknown
  }
  const createWatchCompilerHost: typeof ts.createWatchCompilerHost = (files, options, ...rest) =>
    ts.createWatchCompilerHost(files, { ...options, strict: true }, ...rest)
  // The names of its own exports cannot be set.
  load.cache[id]!.exports = { ...ts, createWatchCompilerHost }
}

/** A thrown value, or what the type checker says. */
function errorOutput(args: unknown[]): ErrorOutput {
  const [error] = args
  if (!(error instanceof Error) && typeof error === 'string' && args.length > 1)
    return {
      output_type: 'error',
      ename: 'TypeScriptError',
      evalue: format(...args),
      traceback: [format(...args)],
    }
  const { name, message, stack } =
    error instanceof Error ? error : { name: 'Error', message: format(error), stack: undefined }
  // Frames of the kernel say nothing about the cell.
  const frames = (stack ?? `${name}: ${message}`)
    .split('\n')
    .filter((line) => !/node:vm|tslab[\\/]dist/.test(line))
  return { output_type: 'error', ename: name, evalue: message, traceback: frames }
}
