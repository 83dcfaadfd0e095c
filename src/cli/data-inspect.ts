import { hasText } from '../dataset/content.js'
import type { Dataset } from '../dataset/dataset.js'
import type { LeftOut } from '../dataset/left-out.js'
import { ratingTextOf } from '../dataset/rating-text.js'
import { type Split, splitDataset } from '../dataset/split.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { userFeatures } from '../features/features.js'
import { InputError, UnderstudyError } from '../util/errors.js'
import { grid } from '../util/grid.js'
import { inspectFiles, namesFiles } from './inspect-files.js'
import { type CommonOptions, configOf, loadConfigured, printJson } from './options.js'

/**
 * `understudy data inspect`: what is in a data set, its split and its features; of files that are
 * named also how they are written.
 */
export async function inspect(what: readonly string[], options: CommonOptions): Promise<void> {
  if (!what.some(namesFiles)) {
    if (what.length > 1) throw new InputError(`name one data set at a time, not ${what.join(', ')}`)
    return inspectDataset({ ...options, dataset: what[0] ?? options.dataset })
  }
  const { facts: files, command, flags } = await inspectFiles(what, options)
  if (flags) await inspectDataset({ ...options, ...flags }, { files, command })
}

async function inspectDataset(options: CommonOptions, more: object = {}): Promise<void> {
  const config = configOf(options)
  const dataset = await loadConfigured(config, options)
  const document = { ...contentsOf(dataset), ...splitOf(dataset, config) }
  if (options.json) printJson({ ...more, ...document })
  else process.stdout.write(inspectionText(document) + '\n')
}

function contentsOf(dataset: Dataset) {
  const { name, fingerprint, userIds, itemIds, interactions, items, notes } = dataset
  const withField = (field: 'title' | 'categories' | 'brand' | 'description') =>
    items.filter((text) => text[field] !== undefined).length
  const { timestamp } = interactions
  const date = (seconds: number) => new Date(seconds * 1000).toISOString()
  return {
    dataset: name,
    fingerprint,
    users: userIds.length,
    items: itemIds.length,
    interactions: interactions.item.length,
    read: dataset.read ?? interactions.item.length,
    density: interactions.item.length / userIds.length / itemIds.length,
    ratings: interactions.rating !== undefined,
    ...(interactions.rating && { ratingText: ratingTextOf(dataset) }),
    ...(timestamp
      ? { from: date(extreme(timestamp, Math.min)), to: date(extreme(timestamp, Math.max)) }
      : {}),
    itemText: {
      any: items.filter(hasText).length,
      title: withField('title'),
      categories: withField('categories'),
      brand: withField('brand'),
      description: withField('description'),
    },
    notes,
    leftOut: dataset.leftOut ?? [],
  }
}

function extreme(values: Float64Array, choose: (a: number, b: number) => number): number {
  return values.reduce((a, b) => choose(a, b))
}

/** Sizes of the split, and the features; where no split is possible, the reason. */
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

function inspectionText(document: Document): string {
  const { split, features, notes, itemText, leftOut, ...facts } = document
  const lines = [
    ...Object.entries(facts).map(([name, value]) => [
      name,
      name === 'density' ? Number(value).toPrecision(3) : String(value),
    ]),
    ...Object.entries(itemText).map(([field, count]) => [
      field === 'any' ? 'items with text' : `items with ${field}`,
      String(count),
    ]),
    ...Object.entries(split).map(([name, value]) => [`split: ${name}`, String(value)]),
    ...(features
      ? [
          ['features', features.available.join(' ')],
          ...features.unavailable.map(({ name, reason }) => [`no ${name}`, reason]),
        ]
      : []),
    ...notes.map((note) => ['note', note]),
  ]
  const width = Math.max(...lines.map(([name]) => name.length))
  const text = lines.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n')
  return `${text}\n\n${leftOutText(leftOut)}`
}

function leftOutText(leftOut: readonly LeftOut[]): string {
  if (leftOut.length === 0) return 'nothing was left out'
  const cell = (count: number | undefined) => (count === undefined ? '' : String(count))
  return grid(
    ['left out or changed', 'users', 'items', 'interactions'],
    leftOut.map(({ reason, done, users, items, interactions }) => [
      `${reason}: ${done}`,
      ...[users, items, interactions].map(cell),
    ]),
  )
}
