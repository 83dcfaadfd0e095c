import { basename } from 'node:path'
import { ConfigError, InputError, quote } from '../../util/errors.js'
import type { DatasetBuilder } from '../builder.js'
import type { FilesConfig } from '../config.js'
import type { FileLine } from '../file-line.js'
import { eachTableRow } from './delimited.js'
import { idOf, isoSecondsOf, millisecondsOf, missingColumn, numberOf, secondsOf } from './fields.js'
import { itemText } from './item-text.js'
import { eachRecord } from './json-lines.js'
import type { DatasetFiles, ReadContext, Source } from './source.js'

/** One row of either format: the value in a column, undefined where there is none. */
type Row = (column: string) => unknown

const extensions = /\.(csv|tsv|jsonl|ndjson|json)(?:\.gz)?$/i
const textColumns = ['title', 'categories', 'brand', 'description'] as const

/**
 * The source of custom files, whose paths and columns the configuration names. They may lie
 * anywhere, so no folder is searched for them.
 * @throws ConfigError when it names a column of items, but no file of items
 */
export function customFiles(config: FilesConfig): Source & { files: DatasetFiles } {
  const named = textColumns.find((column) => config.columns[column] !== undefined)
  if (named !== undefined && config.items === undefined) {
    throw new ConfigError(
      `files.columns.${named} is ${quote(config.columns[named])}, but files.items names no file`,
    )
  }
  const files: DatasetFiles = {
    name: basename(config.interactions).replace(extensions, ''),
    interactions: config.interactions,
    items: config.items,
  }
  return {
    name: 'files',
    files,
    find: () => [files],
    async read(_, builder, ctx) {
      await readInteractions(config, builder, ctx)
      if (config.items !== undefined) await readItems(config, config.items, builder, ctx)
    },
  }
}

async function readInteractions(
  config: FilesConfig,
  builder: DatasetBuilder,
  ctx: ReadContext,
): Promise<void> {
  const { user, item, rating = 'rating', timestamp = 'timestamp' } = config.columns
  const needed = [user, item, config.columns.rating, config.columns.timestamp]
  const toSeconds = timestampReader(config.timestampUnit)
  await eachRow(ctx, config.interactions, needed, (row, at) => {
    const [stars, time] = [row(rating), row(timestamp)]
    builder.add(
      {
        user: idOf(row(user), user, at),
        item: idOf(row(item), item, at),
        rating: stars === undefined ? undefined : numberOf(stars, rating, at),
        timestamp: time === undefined ? undefined : toSeconds(time, timestamp, at),
      },
      at,
    )
  })
}

async function readItems(
  config: FilesConfig,
  file: string,
  builder: DatasetBuilder,
  ctx: ReadContext,
): Promise<void> {
  const {
    item,
    title = 'title',
    categories = 'categories',
    brand = 'brand',
    description = 'description',
  } = config.columns
  const needed = [item, ...textColumns.map((column) => config.columns[column])]
  await eachRow(ctx, file, needed, (row, at) => {
    const id = idOf(row(item), item, at)
    const text = itemText({
      title: row(title),
      categories: pathsOf(row(categories), config.categoryLevelSeparator),
      brand: row(brand),
      description: row(description),
    })
    if (builder.hasItem(id)) builder.setItem(id, text)
    else builder.addNewItem(id, text)
  })
}

function timestampReader(unit: FilesConfig['timestampUnit']) {
  const remedy = 'pass --timestamp-unit ms (files.timestampUnit: "ms")'
  if (unit === 's')
    return (value: unknown, column: string, at: FileLine) => secondsOf(value, column, at, remedy)
  if (unit === 'iso') return isoSecondsOf
  return (value: unknown, column: string, at: FileLine) =>
    millisecondsOf(value, column, at, 'pass --timestamp-unit s (files.timestampUnit: "s")')
}

/** `A > B | C` in text; in JSON also a list of levels (one path), or a list of such lists. */
function pathsOf(value: unknown, levelSeparator: string): unknown[][] {
  if (typeof value === 'string') return value.split('|').map((path) => path.split(levelSeparator))
  if (!Array.isArray(value)) return []
  return value.some(Array.isArray) ? value.filter((path) => Array.isArray(path)) : [value]
}

/** Reads either format. @throws DataError when a line lacks a column of `needed` */
async function eachRow(
  ctx: ReadContext,
  file: string,
  needed: readonly (string | undefined)[],
  onRow: (row: Row, at: FileLine) => void,
): Promise<void> {
  const columns = needed.filter((column) => column !== undefined)
  const format = extensions.exec(file)?.[1].toLowerCase()
  if (format === undefined) {
    throw new InputError(
      `${quote(file)} is of no known format; ` +
        'known are .csv, .tsv, .jsonl, .ndjson and .json, also with .gz',
    )
  }
  if (format === 'csv' || format === 'tsv')
    return eachCsvRow(ctx, file, format === 'csv' ? ',' : '\t', columns, onRow)
  await eachRecord(ctx, file, (record, at) => {
    const lacking = columns.find((column) => !Object.hasOwn(record, column))
    if (lacking !== undefined) throw missingColumn(lacking, Object.keys(record), at)
    onRow(
      (column) => (Object.hasOwn(record, column) ? (record[column] ?? undefined) : undefined),
      at,
    )
  })
}

function eachCsvRow(
  ctx: ReadContext,
  file: string,
  delimiter: string,
  needed: readonly string[],
  onRow: (row: Row, at: FileLine) => void,
): Promise<void> {
  return eachTableRow(ctx, file, delimiter, (columns) => {
    for (const column of needed) columns.of(column)
    const positions = new Map(columns.names.map((name, position) => [name, position]))
    return (cells, at) =>
      onRow((column) => {
        const position = positions.get(column)
        // An empty cell is CSV's way to have no value.
        return position === undefined ? undefined : cells[position] || undefined
      }, at)
  })
}
