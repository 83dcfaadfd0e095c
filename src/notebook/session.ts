import { createRequire } from 'node:module'
import { setImmediate as turn } from 'node:timers/promises'
import { format } from 'node:util'

/** What a cell showed, as nbformat 4 keeps it. */
export type CellOutput =
  | { output_type: 'stream'; name: 'stdout' | 'stderr'; text: string }
  | { output_type: 'display_data'; data: Record<string, unknown>; metadata: Record<string, unknown> }
  | { output_type: 'error'; ename: string; evalue: string; traceback: string[] }

/** What is used of tslab's insides; the version is pinned exactly. */
interface Tslab {
  converter: { createConverter(options: { isJS: false; isBrowser: false }): { close(): void } }
  executor: { createExecutor(folder: string, converters: object, console: { log(...args: unknown[]): void; error(...args: unknown[]): void }): { execute(code: string): Promise<boolean> } }
  jupyter: { lastWriteDisplayData: ((message: { data: Record<string, unknown>; metadata: Record<string, unknown>; transient: { display_id?: string } }, update?: boolean) => void) | null }
}

/** The TypeScript kernel without Jupyter, in this process. */
export interface Session {
  /** Runs a cell; its outputs in order, an error last. */
  execute(code: string): Promise<{ ok: boolean; outputs: CellOutput[] }>
  close(): void
}

const load = createRequire(import.meta.url)

/** @param folder - what cells import from: `..` is the package of a notebook in `notebooks/` */
export function openSession(folder: string): Session {
  strictTypes()
  const tslab: Tslab = { converter: load('tslab/dist/converter.js') as Tslab['converter'], executor: load('tslab/dist/executor.js') as Tslab['executor'], jupyter: load('tslab/dist/jupyter.js') as Tslab['jupyter'] }
  let outputs: CellOutput[] = []
  const displays = new Map<string, CellOutput>()
  const failed = (...args: unknown[]) => outputs.push(errorOutput(args))
  const converter = tslab.converter.createConverter({ isJS: false, isBrowser: false })
  const executor = tslab.executor.createExecutor(folder, { node: converter, close: () => converter.close() }, { log: (...args) => stream(outputs, 'stdout', format(...args) + '\n'), error: failed })
  tslab.jupyter.lastWriteDisplayData = ({ data, metadata, transient: { display_id: id } }, update) => {
    const known = id === undefined ? undefined : displays.get(id)
    if (update && known) return void Object.assign(known, { data, metadata })
    const output: CellOutput = { output_type: 'display_data', data, metadata }
    if (id !== undefined) displays.set(id, output)
    outputs.push(output)
  }
  // Nobody waited for it: without this it would pass silently.
  process.on('unhandledRejection', failed)
  process.on('uncaughtException', failed)
  return {
    async execute(code) {
      outputs = []
      const release = (['stdout', 'stderr'] as const).map((name) => capture(name, (text) => stream(outputs, name, text)))
      try {
        await executor.execute(code)
        // What a cell left behind fails in the next turns of the loop.
        for (let k = 0; k < 3; k++) await turn()
        return { ok: !outputs.some(({ output_type: type }) => type === 'error'), outputs }
      } finally {
        for (const undo of release) undo()
      }
    },
    close: () => converter.close(),
  }
}

/** tslab's own TypeScript checks loosely; its compiler host is made with `strict` instead. */
function strictTypes(): void {
  const id = load.resolve('@tslab/typescript-for-tslab', { paths: [load.resolve('tslab/dist/main.js')] })
  const ts = load(id) as { createWatchCompilerHost(files: string[], options: object, ...rest: unknown[]): unknown }
  const createWatchCompilerHost: typeof ts.createWatchCompilerHost = (files, options, ...rest) => ts.createWatchCompilerHost(files, { ...options, strict: true }, ...rest)
  // Its own names cannot be set.
  load.cache[id]!.exports = { ...ts, createWatchCompilerHost }
}

function capture(name: 'stdout' | 'stderr', put: (text: string) => void): () => void {
  const target = process[name]
  const write = target.write.bind(target)
  target.write = ((chunk: string | Uint8Array) => {
    put(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString())
    return true
  }) as typeof target.write
  return () => (target.write = write)
}

/** Writes that follow one another are one output. */
function stream(outputs: CellOutput[], name: 'stdout' | 'stderr', text: string): void {
  const last = outputs.at(-1)
  if (last?.output_type === 'stream' && last.name === name) last.text += text
  else outputs.push({ output_type: 'stream', name, text })
}

/** A thrown value, or what the type checker says. */
function errorOutput(args: unknown[]): CellOutput {
  const [error] = args
  if (!(error instanceof Error) && typeof error === 'string' && args.length > 1) return { output_type: 'error', ename: 'TypeScriptError', evalue: format(...args), traceback: [format(...args)] }
  const { name, message, stack } = error instanceof Error ? error : { name: 'Error', message: format(error), stack: undefined }
  // Frames of the kernel say nothing about the cell.
  const frames = (stack ?? `${name}: ${message}`).split('\n').filter((line) => !/node:vm|tslab[\\/]dist/.test(line))
  return { output_type: 'error', ename: name, evalue: message, traceback: frames }
}
