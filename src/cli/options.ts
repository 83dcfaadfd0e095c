import { type Command, Option } from 'commander'
import { loadDataset } from '../dataset/load.js'
import type { Dataset } from '../dataset/dataset.js'
import { type ExperimentConfig, readSettings, type Settings } from '../experiment/config.js'
import type { ChatOptions } from '../llm/model.js'
import type { Engine } from '../two-tower/engine.js'
import { chooseEngine, engines, makeEngine } from '../two-tower/engines/index.js'
import { ConfigError, quote } from '../util/errors.js'
import { type Setup, setUp } from '../experiment/setup.js'
import { progressBar } from '../util/progress.js'
import type { ChoiceOptions } from './file-flags.js'
import { underHeading } from './help.js'
import { dataRoot, type LimitOptions, type NewItemsOptions, onNotice, readJson } from './flags.js'

export * from './flags.js'

/** Flags that every command over a data set takes. */
export interface CommonOptions extends NewItemsOptions, ChoiceOptions {
  dataset?: string
  data?: string
  followLinks?: boolean
  set: [string, unknown][]
  config?: string
  json?: boolean
  interactions?: string
  items?: string
  column: [string, unknown][]
  itemColumn: [string, unknown][]
  timestampUnit?: string
  delimiter?: string
  encoding?: string
  header?: 'yes' | 'no'
  quotes?: 'yes' | 'no'
  ratingText?: string
  badRows?: string
  llmUrl?: string
  llmModel?: string
  gguf?: string
  answers?: string
  replay?: boolean
  split?: string
  engine?: string
}

/** Flags that every command takes which asks a judge. */
export interface AskingOptions extends CommonOptions, LimitOptions {}

export function withEngineOption(command: Command): Command {
  const engine = new Option(
    '--engine <name>',
    'engine that trains and ranks. wasm gives the same bits on every machine; onnx and tfjs need extra packages; auto chooses one and says why',
  )
    .choices(['auto', ...engines.names()])
    .default('wasm')
  return underHeading(command, 'Engine', (under) => under.addOption(engine))
}

/** The engine that is asked for; says on stderr what `auto` chose and why. */
export function engineOf(
  { engine = 'wasm' }: Pick<CommonOptions, 'engine'>,
  config: ExperimentConfig,
): Engine {
  const { name, reason } = chooseEngine(engine, config.model)
  if (engine === 'auto') onNotice(`engine ${name}: ${reason}`)
  return makeEngine(name)
}

/** Options of the chat model that the flags describe; its notices go to stderr. */
export function chatOptionsOf(
  { answers, replay }: CommonOptions,
  { llm }: Settings['runtime'],
): ChatOptions {
  return { runtime: llm, answers, replay, onNotice }
}

/** The settings that the flags describe, and the defaults of all others. */
export function settingsOf(options: CommonOptions, base: Record<string, unknown> = {}): Settings {
  return readSettings(recordOf(options, base))
}

/** The settings that the flags name: the file first, then single flags over it. */
export function recordOf(
  options: CommonOptions,
  base: Record<string, unknown> = {},
): Record<string, unknown> {
  const record = { ...base, ...(options.config === undefined ? {} : readJson(options.config)) }
  const assign = (path: string, value: unknown) =>
    value !== undefined && assignPath(record, path, value)
  assign('dataset.name', options.interactions !== undefined ? 'files' : options.dataset)
  assign('dataset.followLinks', options.followLinks)
  assign('dataset.files.interactions', options.interactions)
  assign('dataset.files.items', options.items)
  assign('dataset.files.timestampUnit', options.timestampUnit)
  const columns = [
    ...options.column,
    ...options.itemColumn.map(
      ([field, name]) => [field === 'id' ? 'itemId' : field, name] as const,
    ),
  ]
  for (const [field, name] of columns) assign(`dataset.files.columns.${field}`, String(name))
  for (const [setting, value] of Object.entries(dialectOf(options)))
    assign(`dataset.files.dialect.${setting}`, value)
  assign('dataset.files.ratingText', options.ratingText)
  const { badRows } = options
  assign('dataset.files.badRows', badRows && /^\d+$/.test(badRows) ? Number(badRows) : badRows)
  assign('dataset.newItems', newItemsOf(options))
  assign('dataset.minRating', options.minRating)
  assign('dataset.implicit', options.implicit)
  assign('dataset.sampleUsers', options.sampleUsers)
  assign('split.kind', options.split)
  assign('llm.url', options.llmUrl)
  assign('llm.model', options.llmModel)
  assign('llm.gguf', options.gguf)
  for (const [path, value] of options.set) assign(path, value)
  return record
}

function dialectOf({ delimiter, encoding, header, quotes }: CommonOptions) {
  return {
    delimiter: delimiter === 'tab' ? '\t' : delimiter,
    encoding,
    header: header && header === 'yes',
    quote: quotes && (quotes === 'yes' ? '"' : ''),
  }
}

/** The choice of new items that the flags make, in place of all that a file of settings has. */
function newItemsOf({ new: file, newSince: since }: NewItemsOptions): object | undefined {
  const chosen = {
    ...(file === undefined ? {} : { file }),
    ...(since === undefined ? {} : { since }),
  }
  return Object.keys(chosen).length === 0 ? undefined : chosen
}

/** The configuration that the flags describe, for commands that ask no chat model. */
export function configOf(options: CommonOptions): ExperimentConfig {
  return settingsOf(options).config
}

function assignPath(record: Record<string, unknown>, path: string, value: unknown): void {
  const keys = path.split('.')
  if (keys.some((key) => key === '' || key === '__proto__' || key === 'constructor'))
    throw new ConfigError(`unusable setting ${quote(path)}`)
  let at = record
  for (const key of keys.slice(0, -1)) {
    const inner = (at[key] ??= {})
    if (typeof inner !== 'object' || inner === null)
      throw new ConfigError(
        `unknown setting ${quote(path)}: ${quote(key)} has no settings below it`,
      )
    at = inner as Record<string, unknown>
  }
  at[keys.at(-1)!] = value
}

/** Sets a data set up under the settings of the flags, and says what was fitted to small data. */
export function setUpConfigured(dataset: Dataset, { config, given }: Settings): Setup {
  const setup = setUp(dataset, config, [], given)
  for (const note of setup.notes) onNotice(`${dataset.name}: ${note}`)
  return setup
}

/** Loads the configured data set, with a progress bar, and says on stderr what was done to it. */
export function loadConfigured(
  config: ExperimentConfig,
  options: CommonOptions,
  signal?: AbortSignal,
): Promise<Dataset> {
  return loadDataset(config.dataset, {
    dataRoot: dataRoot(options),
    signal,
    progress: progressBar,
    onNotice,
  })
}
