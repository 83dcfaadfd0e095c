import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { ConfigError, DataError, quote } from '../util/errors.js'
import { parseSettings } from '../util/settings.js'
import { countDistinct } from '../util/typed.js'
import type { MakeProgress, Progress } from '../util/progress.js'
import { DatasetBuilder } from './builder.js'
import { cleanDataset, type Cleaning } from './clean.js'
import { type DatasetConfig, datasetConfig, type DatasetSettings } from './config.js'
import { defaultDataRoot } from './data-root.js'
import type { Dataset } from './dataset.js'
import { resolveDataset } from './find.js'
import type { Finding } from './left-out.js'
import { readContext } from './read-context.js'
import { choosesRows } from './row-choice.js'
import { generatedShop } from './sources/generated-shop.js'
import { sources } from './sources/index.js'
import type { DatasetFiles, Source } from './sources/source.js'
import { synthesize } from './synthetic.js'

/** Options of `loadDataset`; none of them changes the data set. */
export interface LoadOptions {
  /**
   * Folder under which data sets are found by name. Default: the environment variable
   * UNDERSTUDY_DATA, else `data/raw`.
   */
  dataRoot?: string
  /** Makes a bar of the megabytes read (compressed, where the files are). Default: none. */
  progress?: MakeProgress
  /** Called with each sentence about how the data were read and cleaned. */
  onNotice?: (line: string) => void
  /** Stops the load. */
  signal?: AbortSignal
}

/**
 * Loads a data set and cleans it.
 * @param what - its name, or the settings of section `dataset`; default: the generated shop
 * @throws InputError for an unknown name; ConfigError for a value that a setting does not allow, or
 * when `files` and the name do not fit together; DataError when a file is not what its format
 * promises; InterruptedError when the signal fires
 * @example
 * const shop = await loadDataset()
 * const movies = await loadDataset('movielens-100k', { dataRoot: 'data/raw' })
 * const orders = await loadDataset({
 *   name: 'files',
 *   files: { interactions: 'orders.csv', columns: { user: 'customer', item: 'sku' } },
 * })
 */
export async function loadDataset(
  what: string | DatasetSettings = {},
  options: LoadOptions = {},
): Promise<Dataset> {
  const record = typeof what === 'string' ? { name: what } : what
  const config: DatasetConfig = parseSettings(datasetConfig, record, 'dataset')
  checkFiles(config)
  const { newItems } = config
  const asItIs = newItems === undefined && !choosesRows(config)
  if (config.name === 'synthetic' && asItIs) return withCore(synthesize(config.synthetic), config)
  const { source, files } = await resolve(config, options.dataRoot ?? defaultDataRoot())
  const named = newItems?.file === undefined ? undefined : await namedIn(newItems.file)
  const builder = new DatasetBuilder(named, config)
  for (const note of files.notes ?? []) builder.note(note)
  const bar = options.progress?.(`loading ${files.name}`, 'MB')
  const context = readContext({
    signal: options.signal,
    changes: config.files,
    followLinks: config.followLinks,
    onBytes: bar && (await megabytesOn(bar, files)),
    onDamaged: (file) =>
      builder.note(`${basename(file)} has bytes that are not UTF-8: read as U+FFFD`),
  })
  try {
    await source.read(files, builder, context)
  } finally {
    bar?.stop()
  }
  if (builder.numInteractions === 0)
    throw new DataError('there are no interactions in it', { file: files.interactions })
  await builder.choose(files.name, options.signal)
  const dataset = builder.finish(files.name, config)
  for (const note of dataset.notes) options.onNotice?.(`${dataset.name}: ${note}`)
  return dataset
}

/** What reads tables is loaded where there is one: DuckDB takes as long to load as all the rest. */
async function namedIn(file: string) {
  const { readNamedItems } = await import('./read-named-items.js')
  return readNamedItems(file)
}

function checkFiles({ name, files, implicit }: DatasetConfig): void {
  if (name === 'synthetic' && files !== undefined)
    throw new ConfigError(
      'dataset.files is given, but dataset.name is "synthetic", which reads no files; ' +
        'name the files by --interactions (dataset.files.interactions), or a data set by --dataset',
    )
  if (name === 'files' && files?.interactions === undefined)
    throw new ConfigError('dataset.name is "files", but dataset.files.interactions names no file')
  if (name !== 'files' && files?.interactions !== undefined)
    throw new ConfigError(
      `dataset.files.interactions is given, but dataset.name is ${quote(name)}; it must be "files"`,
    )
  if (implicit && files?.ratingText !== undefined)
    throw new ConfigError(
      `files.ratingText (--rating-text) is ${quote(files.ratingText)}, but dataset.implicit ` +
        '(--implicit) ignores ratings; give only one of the two',
    )
}

async function resolve(
  config: DatasetConfig,
  dataRoot: string,
): Promise<{ source: Source; files: DatasetFiles }> {
  const { files: changes } = config
  if (changes?.interactions !== undefined) {
    const { customFiles } = await import('./sources/custom-files.js')
    const source = customFiles({ ...changes, interactions: changes.interactions })
    return { source, files: source.files }
  }
  if (config.name === 'synthetic') {
    const source = generatedShop(config.synthetic)
    return { source, files: source.files }
  }
  const found = await resolveDataset(dataRoot, config.name, config)
  const source = sources.get(found.family)
  if (changes !== undefined && !source.tables)
    throw new ConfigError(
      `dataset.files is given, but the files of ${config.name} (${source.name}) are no tables`,
    )
  return { source, files: found }
}

/** Shows the bytes of all blocks so far, of the bytes of both files. */
async function megabytesOn(
  bar: Progress,
  { interactions, items }: DatasetFiles,
): Promise<(bytes: number) => void> {
  const total = (await sizeOf(interactions)) + (items === undefined ? 0 : await sizeOf(items))
  const megabytes = (bytes: number) => Math.round(bytes / 1e5) / 10
  let done = 0
  return (bytes) => {
    done += bytes
    // Of several files the size is not known before.
    bar.set(megabytes(done), megabytes(Math.max(total, done)))
  }
}

/** A file that is not there has size 0; reading it is what fails, with the better message. */
async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  )
}

/**
 * The k-core of data that are already free of duplicates, such as the generated shop.
 * @throws DataError when no interaction is left
 */
export function withCore(data: Dataset, cleaning: Cleaning): Dataset {
  if (cleaning.kCore.users < 2 && cleaning.kCore.items < 2) return data
  const { interactions, notes, leftOut = [], ...rest } = data
  const findings = [
    ...notes.map((note) => ({ note })),
    ...leftOut.map((one) => ({ leftOut: one })),
    neverSeen(data),
  ]
  const newItems = { ids: [], items: [] }
  const placeOf = (row: number) => ({ file: data.name, line: row + 1 })
  const { user, item, timestamp, rating } = interactions
  const copies = {
    user: user.slice(),
    item: item.slice(),
    timestamp: timestamp?.slice(),
    rating: rating?.slice(),
  }
  return cleanDataset({ ...rest, ...copies, newItems, findings, placeOf }, cleaning)
}

/** Users and items that no interaction names: the generated shop may have some. */
function neverSeen({ userIds, itemIds, interactions }: Dataset): Finding {
  const { user, item } = interactions
  const users = userIds.length - countDistinct(user, userIds.length)
  const items = itemIds.length - countDistinct(item, itemIds.length)
  return { leftOut: { reason: 'without interactions', done: 'dropped', users, items } }
}
