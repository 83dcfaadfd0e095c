import { type Command, InvalidArgumentError } from 'commander'
import { z } from 'zod'
import { datasetConfig } from '../dataset/config.js'
import type { Dataset } from '../dataset/dataset.js'
import { splitConfig } from '../dataset/split-config.js'
import { synthesize } from '../dataset/synthetic.js'
import { featuresConfig } from '../features/config.js'
import { ConfigError, InputError, quote } from '../util/errors.js'

/** The configuration that every command reads; defaults live in the rooms. */
export const config = z.strictObject({
  dataset: datasetConfig.prefault({}),
  split: splitConfig.prefault({}),
  features: featuresConfig.prefault({}),
})
export type Config = z.infer<typeof config>

export interface CommonOptions {
  dataset?: string
  set: [string, unknown][]
  json?: boolean
}

export function withCommonOptions(command: Command): Command {
  return command
    .option('--dataset <name>', 'the data set (default: synthetic, a generated shop)')
    .option('--set <path=value>', 'change one setting, e.g. --set split.quantile=0.8 (repeatable)', collect, [])
    .option('--json', 'print one JSON document to stdout and nothing else')
}

function collect(text: string, earlier: [string, unknown][]): [string, unknown][] {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('expected path=value, e.g. split.quantile=0.8')
  return [...earlier, [text.slice(0, at), parseValue(text.slice(at + 1))]]
}

/** JSON where it is JSON, else the text itself. */
function parseValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** @throws ConfigError naming the path, the value and what is allowed. */
export function readConfig(options: CommonOptions): Config {
  const record: Record<string, unknown> = {}
  if (options.dataset !== undefined) assign(record, 'dataset.name', options.dataset)
  for (const [path, value] of options.set) assign(record, path, value)
  const parsed = config.safeParse(record)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new ConfigError(`setting ${issue.path.join('.') || '(top level)'}: ${issue.message}`)
}

function assign(record: Record<string, unknown>, path: string, value: unknown): void {
  const keys = path.split('.')
  if (keys.some((key) => key === '__proto__' || key === '')) throw new ConfigError(`unusable --set path ${quote(path)}`)
  let at = record
  for (const key of keys.slice(0, -1)) at = (at[key] ??= {}) as Record<string, unknown>
  at[keys.at(-1)!] = value
}

export function loadConfigured({ dataset }: Config): Dataset {
  if (dataset.name !== 'synthetic') throw new InputError(`unknown data set ${quote(dataset.name)}; known: synthetic`)
  return synthesize(dataset.synthetic)
}
