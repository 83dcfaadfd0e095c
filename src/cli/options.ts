import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { loadDataset } from '../dataset/load.js'
import type { Dataset } from '../dataset/dataset.js'
import { type ExperimentConfig, readConfig } from '../experiment/config.js'
import type { ChatOptions } from '../llm/model.js'
import type { Engine } from '../two-tower/engine.js'
import { chooseEngine, type EngineName, engineNames, makeEngine } from '../two-tower/engines/index.js'
import { ConfigError, DataError, quote } from '../util/errors.js'
import { writeAtomically } from '../util/files.js'
import { progressBar } from '../util/progress.js'

/** Flags that every command over a data set takes. */
export interface CommonOptions {
  dataset?: string
  data?: string
  set: [string, unknown][]
  config?: string
  json?: boolean
  interactions?: string
  items?: string
  column: [string, unknown][]
  timestampUnit?: string
  llmUrl?: string
  llmModel?: string
  gguf?: string
  answers?: string
  replay?: boolean
  split?: string
  engine?: EngineName | 'auto'
}

export function withDataOptions(command: Command): Command {
  return command
    .option('--dataset <name>', 'the data set, as `understudy data list` shows it (default: synthetic, a generated shop)')
    .option('--data <folder>', 'data root (default: $UNDERSTUDY_DATA, else data/raw)')
    .option('--interactions <file>', "one's own interactions: CSV, TSV or JSON lines, plain or .gz")
    .option('--items <file>', "one's own items, in the same formats")
    .option('--column <field=name>', 'a column of them, e.g. --column user=customer (user item rating timestamp title categories brand description; repeatable)', collect, [])
    .addOption(new Option('--timestamp-unit <unit>', 'unit of their timestamps').choices(['s', 'ms', 'iso']))
    .addOption(new Option('--split <kind>', 'how the data is split (default: temporal)').choices(['temporal', 'random', 'leave-one-out']))
    .option('--config <file>', 'settings as a JSON file')
    .option('--set <path=value>', 'one setting, e.g. --set split.quantile=0.8 (repeatable)', collect, [])
    .option('--json', 'print one JSON document to stdout and nothing else')
}

export function withLlmOptions(command: Command): Command {
  return command
    .option('--llm-url <url>', 'an OpenAI-compatible server, e.g. http://localhost:8080/v1 (default: the offline reader, no language model)')
    .option('--llm-model <name>', 'the model, as the server names it')
    .option('--gguf <file>', 'a GGUF model file, run in this process (needs the package node-llama-cpp)')
    .option('--answers <folder>', "store of a language model's answers: no question is put twice", join('runs', 'answers'))
    .option('--replay', 'take every answer from the store and ask nobody; a miss is an error')
}

export function withEngineOption(command: Command): Command {
  return command.addOption(
    new Option('--engine <name>', 'what trains and ranks: wasm gives the same bits on every machine, onnx and tfjs need their packages, auto says what it takes').choices(['auto', ...engineNames]).default('wasm'),
  )
}

/** The engine that is asked for; says on stderr what `auto` chose and why. */
export function engineOf({ engine = 'wasm' }: Pick<CommonOptions, 'engine'>, config: ExperimentConfig): Engine {
  const { name, reason } = chooseEngine(engine, config.model)
  if (engine === 'auto') onNotice(`engine ${name}: ${reason}`)
  return makeEngine(name)
}

/** Where a judge's answers are kept, and what it has to say. */
export function chatOptionsOf({ answers, replay }: CommonOptions): ChatOptions {
  return { answers, replay, onNotice }
}

export function collect(text: string, earlier: [string, unknown][]): [string, unknown][] {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('expected name=value')
  return [...earlier, [text.slice(0, at), parseValue(text.slice(at + 1))]]
}

/** A repeatable flag's values. */
export function collectText(text: string, earlier: string[]): string[] {
  return [...earlier, text]
}

/** JSON where it is JSON, else the text itself. */
function parseValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** A whole number of at least `least`, as a flag's value. */
export function wholeNumber(least: number) {
  return (text: string): number => {
    const value = Number(text)
    if (!Number.isInteger(value) || value < least) throw new InvalidArgumentError(`expected a whole number of at least ${least}`)
    return value
  }
}

/** A number from `least` to `most`, as a flag's value. */
export function fraction(least: number, most: number) {
  return (text: string): number => {
    const value = Number(text)
    if (text.trim() === '' || !(value >= least && value <= most)) throw new InvalidArgumentError(`expected a number from ${least} to ${most}`)
    return value
  }
}

/** The configuration that the flags describe: the file first, then single flags over it. */
export function configOf(options: CommonOptions, base: Record<string, unknown> = {}): ExperimentConfig {
  const record = { ...base, ...(options.config === undefined ? {} : readJson(options.config)) }
  const assign = (path: string, value: unknown) => value !== undefined && assignPath(record, path, value)
  assign('dataset.name', options.interactions !== undefined ? 'files' : options.dataset)
  assign('dataset.files.interactions', options.interactions)
  assign('dataset.files.items', options.items)
  assign('dataset.files.timestampUnit', options.timestampUnit)
  for (const [field, name] of options.column) assign(`dataset.files.columns.${field}`, String(name))
  assign('split.kind', options.split)
  assign('llm.url', options.llmUrl)
  assign('llm.model', options.llmModel)
  assign('llm.gguf', options.gguf)
  for (const [path, value] of options.set) assign(path, value)
  return readConfig(record)
}

export function readJson(file: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new DataError(`not a readable JSON file: ${(error as Error).message}`, { file })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new DataError('expected a JSON object', { file })
  return value as Record<string, unknown>
}

function assignPath(record: Record<string, unknown>, path: string, value: unknown): void {
  const keys = path.split('.')
  if (keys.some((key) => key === '' || key === '__proto__' || key === 'constructor')) throw new ConfigError(`unusable setting ${quote(path)}`)
  let at = record
  for (const key of keys.slice(0, -1)) {
    const inner = (at[key] ??= {})
    if (typeof inner !== 'object' || inner === null) throw new ConfigError(`unknown setting ${quote(path)}: ${quote(key)} has no settings of its own`)
    at = inner as Record<string, unknown>
  }
  at[keys.at(-1)!] = value
}

/** Where a command's text goes. */
export interface OutOptions {
  out?: string
}

export function withOutOption(command: Command): Command {
  return command.option('--out <file>', 'write to this file instead of stdout')
}

export function put(text: string, { out }: OutOptions): void {
  if (out === undefined) process.stdout.write(text)
  else writeAtomically(out, text)
}

/** A file's text; - is standard input. */
export function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (error) {
    throw new DataError(`cannot be read (${(error as NodeJS.ErrnoException).code})`, { file })
  }
}

/** The command's one JSON document. */
export function printJson(document: object): void {
  process.stdout.write(JSON.stringify(document) + '\n')
}

export function dataRoot({ data }: Pick<CommonOptions, 'data'>): string {
  return data ?? process.env['UNDERSTUDY_DATA'] ?? 'data/raw'
}

/** Loads the configured data set, with a progress bar, and says on stderr what was done to it. */
export function loadConfigured(config: ExperimentConfig, options: CommonOptions, signal?: AbortSignal): Promise<Dataset> {
  return loadDataset(config.dataset, { dataRoot: dataRoot(options), signal, progress: progressBar, onNotice })
}

/** To stderr, so that stdout is the result alone. */
export function onNotice(line: string): void {
  process.stderr.write(line + '\n')
}
