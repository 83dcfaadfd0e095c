import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { ConfigError, DataError, InterruptedError } from '../util/errors.js'
import type { MakeProgress, Progress } from '../util/progress.js'
import { DatasetBuilder } from './builder.js'
import type { DatasetConfig } from './config.js'
import type { Dataset } from './dataset.js'
import { resolveDataset } from './find.js'
import { eachLine } from './lines.js'
import { prepare } from './prepare.js'
import { ownFiles } from './sources/files.js'
import { sources } from './sources/index.js'
import type { FoundDataset, ReadContext, Source } from './sources/source.js'
import { synthesize } from './synthetic.js'

/** Run-time things of a load; none can change its result. */
export interface LoadOptions {
  /** Folder under which data sets are looked up by name. */
  dataRoot: string
  /** Shows megabytes read of all, compressed where the files are. */
  progress?: MakeProgress
  /** Told what was done to the data. */
  onNotice?: (line: string) => void
  signal?: AbortSignal
}

/**
 * Loads the data set that `config` names and applies its policies.
 * @throws {InputError} for an unknown name, {ConfigError} when `files` and the name do not fit together, {DataError}
 * when a file is not what its format promises, {InterruptedError} when `signal` fires.
 */
export async function loadDataset(config: DatasetConfig, options: LoadOptions): Promise<Dataset> {
  checkFiles(config)
  if (config.name === 'synthetic') return withCore(synthesize(config.synthetic), config)
  const { source, found } = await open(config, options.dataRoot)
  const builder = new DatasetBuilder()
  for (const note of found.notes ?? []) builder.note(note)
  const bar = options.progress?.(`loading ${found.name}`, 'MB')
  try {
    await source.read(found, builder, await readContext(found, builder, options.signal, bar))
  } finally {
    bar?.stop()
  }
  if (builder.numInteractions === 0) throw new DataError('there are no interactions in it', { file: found.interactions })
  const dataset = builder.finish(found.name, config)
  for (const note of dataset.notes) options.onNotice?.(`${dataset.name}: ${note}`)
  return dataset
}

function checkFiles({ name, files }: DatasetConfig): void {
  if (name === 'files' && files === undefined) {
    throw new ConfigError('dataset.name is "files", but dataset.files.interactions names no file')
  }
  if (name !== 'files' && files !== undefined) {
    throw new ConfigError(`dataset.files is given, but dataset.name is ${JSON.stringify(name)}; it must be "files"`)
  }
}

async function open(config: DatasetConfig, dataRoot: string): Promise<{ source: Source; found: FoundDataset }> {
  if (config.files !== undefined) {
    const source = ownFiles(config.files)
    return { source, found: source.found }
  }
  const found = await resolveDataset(dataRoot, config.name)
  return { source: sources.find(({ family }) => family === found.family)!, found }
}

async function readContext(found: FoundDataset, builder: DatasetBuilder, signal: AbortSignal | undefined, bar: Progress | undefined): Promise<ReadContext> {
  const total = (await sizeOf(found.interactions)) + (await sizeOf(found.items))
  let done = 0
  const megabytes = (bytes: number) => Math.round(bytes / 1e5) / 10
  const onBytes = bar && ((bytes: number) => bar.set(megabytes((done += bytes)), megabytes(total)))
  return {
    async lines(file, onLine, encoding) {
      if (signal?.aborted) throw new InterruptedError(`loading ${found.name} was interrupted`)
      // One object for all lines; whoever keeps a place copies it.
      const at = { file, line: 0 }
      const take = (line: string, number: number) => {
        at.line = number
        if (line !== '') onLine(line, at)
      }
      const { lines, damaged } = await eachLine(file, take, { encoding, onBytes, signal })
      if (lines === 0) throw new DataError('the file is empty', { file })
      if (damaged) builder.note(`${basename(file)} has bytes that are not UTF-8: read as U+FFFD`)
    },
  }
}

/** A file that is not there has no size; reading it is what fails, with the better message. */
async function sizeOf(file: string | undefined): Promise<number> {
  return file === undefined ? 0 : stat(file).then(({ size }) => size, () => 0)
}

/** The k-core of data that is already free of duplicates, such as the generated shop. */
export function withCore(data: Dataset, config: DatasetConfig): Dataset {
  if (config.kCore.users < 2 && config.kCore.items < 2) return data
  const { interactions, ...rest } = data
  return prepare({ ...rest, ...interactions, placeOf: (row) => ({ file: data.name, line: row + 1 }) }, config)
}
