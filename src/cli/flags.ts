// Flags, and where a command reads and writes: nothing here loads a data set, a model or a package
// but commander, so that a command that needs no more starts at once.
import { defaultDataRoot } from '../dataset/data-root.js'
import { once } from 'node:events'
import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { DataError } from '../util/errors.js'
import { collect } from './repeated-flags.js'
import { withFileOptions } from './file-flags.js'
import { underHeading } from './help.js'
import { fraction, wholeNumber } from './numbers.js'
import { writeFormulasAsText } from '../util/csv.js'
import { checkFile, writeAtomically } from '../util/files.js'
import { log } from '../util/log.js'
import { jsonIn } from '../util/text-file.js'

export { fraction, wholeNumber } from './numbers.js'
export { readText } from '../util/text-file.js'
export { importsOf } from './command-line.js'
export { collect, collectText } from './repeated-flags.js'

/** Flags of every command over a data set. */
export function withDataOptions(command: Command): Command {
  const described = withFileOptions(underHeading(command, 'Data', withDatasetOptions))
  return withJsonOption(underHeading(described, 'Settings', withSettingOptions))
}

function withDatasetOptions(command: Command): Command {
  return withDataRootOption(
    command.option(
      '--dataset <name>',
      'name of the data set; `understudy data list` shows all (default: synthetic, a generated shop)',
    ),
  ).option('--follow-links', 'also follow links that lead out of the data root')
}

function withSettingOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--split <kind>', 'how the data is split')
        .choices(['temporal', 'random', 'leave-one-out'])
        .default(undefined, 'temporal'),
    )
    .option('--config <file>', 'read settings from a JSON file')
    .option(
      '--set <path=value>',
      'change one setting, e.g. --set split.quantile=0.8 (repeatable)',
      collect,
      [],
    )
}

export function withDataRootOption(command: Command): Command {
  return command.option(
    '--data <folder>',
    'folder with data sets (default: $UNDERSTUDY_DATA, else data/raw)',
  )
}

export function withQueueOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--queue <url>',
      'Redis of a queue, e.g. redis://localhost:6379, whose workers (understudy worker) run the trials',
    ).env('UNDERSTUDY_QUEUE'),
  )
}

export function withJsonOption(command: Command): Command {
  return underHeading(command, 'Output', (under) =>
    under.option('--json', 'print one JSON document to stdout and nothing else'),
  )
}

/** Flags that choose which items are new. */
export interface NewItemsOptions {
  new?: string
  newSince?: string
}

export function withNewItemsOptions(command: Command): Command {
  return command
    .option(
      '--new <file>',
      'file of the new items: one id per line, or a table with a column item_id (default: the items of --items without interactions)',
    )
    .option(
      '--new-since <date>',
      'also treat items as new whose first interaction is on this date or later, and leave out their interactions',
    )
}

export function withLlmOptions(command: Command): Command {
  return underHeading(command, 'Language model', withModelOptions)
}

function withModelOptions(command: Command): Command {
  return command
    .option(
      '--llm-url <url>',
      'an OpenAI-compatible server, e.g. http://localhost:8080/v1 (default: the offline reader, which is not a language model)',
    )
    .option('--llm-model <name>', 'name of the model on the server')
    .option(
      '--gguf <file>',
      'a GGUF model file to run inside Node (needs the package node-llama-cpp)',
    )
    .option(
      '--answers <folder>',
      'folder of stored answers; stored questions are not asked again',
      join('runs', 'answers'),
    )
    .option('--replay', 'use only stored answers and ask no judge; a missing answer is an error')
}

/** Flags of commands that ask a judge. */
export interface LimitOptions {
  dryRun?: boolean
  maxCalls?: number
  maxCost?: number
  anyway?: boolean
}

/**
 * Flags of every command that asks a judge: who answers, and what it may cost.
 * @param gated - whether a judge that failed its audit is refused
 */
export function withAskingOptions(command: Command, gated = true): Command {
  return underHeading(withLlmOptions(command), 'Limits', (under) => {
    const limited = withLimitOptions(under)
    return gated
      ? limited.option('--anyway', 'ask even if the judge failed its last audit')
      : limited
  })
}

function withLimitOptions(command: Command): Command {
  return command
    .option(
      '--dry-run',
      'ask nothing; print the most calls and tokens it would take, and their cost',
    )
    .option(
      '--max-calls <n>',
      'send at most n requests to the server, retries included',
      wholeNumber(0),
    )
    .option(
      '--max-cost <amount>',
      'spend at most this: stop before a request that could exceed it (needs a known price, or llm.price)',
      fraction(0, Infinity),
    )
}

export function readJson(file: string): Record<string, unknown> {
  const value = jsonIn(file)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new DataError('expected a JSON object', { file })
  return value as Record<string, unknown>
}

/** Flag that says where a command writes its text. */
export interface OutOptions {
  out?: string
}

export function withOutOption(command: Command): Command {
  return command
    .option('--out <file>', 'write to this file instead of stdout')
    .hook('preAction', () => {
      const { out } = command.opts<OutOptions>()
      if (out !== undefined) checkFile(out)
    })
}

/** Flag of commands that write tables which people open in a spreadsheet. */
export function withCsvSafeOption(command: Command): Command {
  return underHeading(command, 'Output', (under) =>
    under.option(
      '--csv-safe',
      'in CSV, put an apostrophe before texts that a spreadsheet would run as a formula',
    ),
  ).hook('preAction', () => {
    if (command.opts<{ csvSafe?: boolean }>().csvSafe) writeFormulasAsText()
  })
}

export function put(text: string, { out }: OutOptions): void {
  if (out === undefined) putData(text)
  else writeAtomically(out, text)
}

/** Writes a text of any length, a part at a time. */
export async function putBlocks(blocks: Iterable<string>, { out }: OutOptions): Promise<void> {
  if (out !== undefined) return writeAtomically(out, blocks)
  for (const block of blocks) if (!putData(block)) await once(process.stdout, 'drain')
}

/** Data are bytes: they stay as they are, unless a terminal shows them (terminal.ts). */
function putData(text: string): boolean {
  return process.stdout.write(Buffer.from(text))
}

/** The command's one JSON document. */
export function printJson(document: object): void {
  putData(JSON.stringify(document) + '\n')
}

export function dataRoot({ data }: { data?: string }): string {
  return data ?? defaultDataRoot()
}

/** Says a notice on stderr, so that stdout has the result alone. */
export const onNotice = (line: string): void => log(line)
