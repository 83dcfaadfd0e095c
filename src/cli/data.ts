import { stat } from 'node:fs/promises'
import { Command } from 'commander'
import { catalogueEntry, fetchable } from '../dataset/catalogue.js'
import { hasText } from '../dataset/content.js'
import type { Dataset } from '../dataset/dataset.js'
import { fetchDataset } from '../dataset/fetch.js'
import { findDatasets } from '../dataset/find.js'
import { type Split, splitDataset } from '../dataset/split.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { userFeatures } from '../features/features.js'
import { grid } from '../report/table.js'
import { UnderstudyError } from '../util/errors.js'
import { interruption } from './interrupt.js'
import { type CommonOptions, configOf, dataRoot, loadConfigured, printJson, withDataOptions } from './options.js'
import { progressBar } from '../util/progress.js'

export function dataCommand(): Command {
  return new Command('data')
    .description('data sets: what is there, what is in them, and official files from their sources')
    .addCommand(listCommand())
    .addCommand(inspectCommand())
    .addCommand(fetchCommand())
}

function listCommand(): Command {
  return new Command('list')
    .description('data sets under the data root, and names that can be fetched')
    .option('--data <folder>', 'data root (default: $UNDERSTUDY_DATA, else data/raw)')
    .option('--json', 'print one JSON document to stdout and nothing else')
    .addHelpText('after', '\nExample:\n  understudy data list --data path/to/data')
    .action(async (options: Pick<CommonOptions, 'data' | 'json'>) => {
      const root = dataRoot(options)
      const found = await Promise.all(
        (await findDatasets(root)).map(async ({ name, family, interactions, items }) => ({ name, family, bytes: (await sizeOf(interactions)) + (await sizeOf(items)), itemText: items !== undefined })),
      )
      const datasets = [{ name: 'synthetic', family: 'generated', bytes: 0, itemText: true }, ...found]
      if (options.json) return printJson({ root, datasets, fetchable })
      process.stdout.write(grid(['data set', 'family', 'MB', 'item text'], datasets.map(({ name, family, bytes, itemText }) => [name, family, (bytes / 1e6).toFixed(1), itemText ? 'yes' : 'no'])) + '\n')
      process.stdout.write(`\nunderstudy data fetch gets: ${fetchable.map(({ pattern }) => pattern).join(', ')}\n`)
    })
}

const sizeOf = async (file: string | undefined) => (file === undefined ? 0 : (await stat(file)).size)

function inspectCommand(): Command {
  return withDataOptions(new Command('inspect'))
    .description('sizes, fields, split and features of a data set')
    .argument('[name]', 'the data set; the same as --dataset')
    .addHelpText('after', '\nExamples:\n  understudy data inspect\n  understudy data inspect amazon-2014/Beauty --data path/to/data --json\n  understudy data inspect --interactions orders.csv --items products.csv')
    .action(async (name: string | undefined, options: CommonOptions) => {
      const config = configOf({ ...options, dataset: name ?? options.dataset })
      const dataset = await loadConfigured(config, options)
      const document = { ...contentsOf(dataset), ...splitOf(dataset, config) }
      if (options.json) printJson(document)
      else process.stdout.write(describe(document) + '\n')
    })
}

function fetchCommand(): Command {
  return new Command('fetch')
    .description('downloads the official files of a data set; goes on where an earlier download stopped')
    .argument('<name>', fetchable.map(({ pattern }) => pattern).join(', '))
    .option('--data <folder>', 'data root (default: $UNDERSTUDY_DATA, else data/raw)')
    .option('--json', 'print one JSON document to stdout and nothing else')
    .addHelpText('after', '\nExamples:\n  understudy data fetch movielens-latest-small\n  understudy data fetch amazon-2014/Beauty --data path/to/data')
    .action(async (name: string, options: Pick<CommonOptions, 'data' | 'json'>) => {
      const entry = catalogueEntry(name)
      process.stderr.write(`terms of use: ${entry.terms}\n`)
      const bar = progressBar(name, 'MB')
      const onProgress = (_: string, done: number, total: number) => bar.set(Math.round(done / 1e5) / 10, Math.round(total / 1e5) / 10)
      const files = await fetchDataset(entry, { dataRoot: dataRoot(options), onProgress, signal: interruption() }).finally(() => bar.stop())
      if (options.json) printJson({ name, terms: entry.terms, files })
      else process.stdout.write(files.map((file) => `${file}\n`).join(''))
    })
}

function contentsOf({ name, fingerprint, userIds, itemIds, interactions, items, notes }: Dataset) {
  const withField = (field: 'title' | 'categories' | 'brand' | 'description') => items.filter((text) => text[field] !== undefined).length
  const { timestamp } = interactions
  const date = (seconds: number) => new Date(seconds * 1000).toISOString()
  return {
    dataset: name,
    fingerprint,
    users: userIds.length,
    items: itemIds.length,
    interactions: interactions.item.length,
    density: interactions.item.length / userIds.length / itemIds.length,
    ratings: interactions.rating !== undefined,
    ...(timestamp ? { from: date(least(timestamp)), to: date(-least(timestamp.map((t) => -t))) } : {}),
    itemText: { any: items.filter(hasText).length, title: withField('title'), categories: withField('categories'), brand: withField('brand'), description: withField('description') },
    notes,
  }
}

function least(values: Float64Array): number {
  return values.reduce((a, b) => Math.min(a, b), Infinity)
}

/** What the split gives; where none is possible, the reason. */
function splitOf(dataset: Dataset, config: ExperimentConfig) {
  let split: Split
  try {
    split = splitDataset(dataset, config.split)
  } catch (error) {
    if (error instanceof UnderstudyError) return { split: { impossible: error.message } }
    throw error
  }
  const { kind, cut, train, trainUsers, warmItems, coldItems, relevant } = split
  const { names, unavailable } = userFeatures(dataset, split, config.features)
  return {
    split: {
      kind,
      ...(cut === undefined ? {} : { cut: new Date(cut * 1000).toISOString() }),
      trainInteractions: train.item.length,
      trainUsers: trainUsers.length,
      warmItems: warmItems.length,
      coldItems: coldItems.all.length,
      validationItems: coldItems.validation.length,
      testItems: coldItems.test.length,
      validationUsers: relevant.validation.users.length,
      testUsers: relevant.test.users.length,
      warmUsers: relevant.warm.users.length,
    },
    features: { available: names, unavailable },
  }
}

type Document = ReturnType<typeof contentsOf> & ReturnType<typeof splitOf>

function describe(document: Document): string {
  const { split, features, notes, itemText, ...facts } = document
  const lines = [
    ...Object.entries(facts).map(([name, value]) => [name, name === 'density' ? Number(value).toPrecision(3) : String(value)]),
    ...Object.entries(itemText).map(([field, count]) => [field === 'any' ? 'items with text' : `items with ${field}`, String(count)]),
    ...Object.entries(split).map(([name, value]) => [`split: ${name}`, String(value)]),
    ...(features ? [['features', features.available.join(' ')], ...features.unavailable.map(({ name, reason }) => [`no ${name}`, reason])] : []),
    ...notes.map((note) => ['note', note]),
  ]
  const width = Math.max(...lines.map(([name]) => name.length))
  return lines.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n')
}
