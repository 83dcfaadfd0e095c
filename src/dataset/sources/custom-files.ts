import { basename } from 'node:path'
import { ConfigError, DataError, quote } from '../../util/errors.js'
import type { DatasetBuilder } from '../builder.js'
import type { FilesConfig } from '../config.js'
import type { ItemText } from '../dataset.js'
import { Database } from '../door/database.js'
import { readInteractions } from '../door/interactions.js'
import { readItems, type TextRule } from '../door/items.js'
import { isQuery, lockTo, openTable } from '../door/open-table.js'
import { joinFinding } from '../door/join.js'
import type { DatasetFiles, ReadContext, Source } from './source.js'

const itemColumns = ['itemId', 'title', 'categories', 'brand', 'description'] as const

/** What a public source knows of its files that no setting says. */
export interface KnownFiles {
  text?: TextRule
  /** Whether items that no interaction names are new. Default true. */
  keepsNewItems?: boolean
  /** Folder that no file may lie outside of, by a link neither. */
  within?: string
}

/**
 * The source of custom files, whose paths and columns the configuration names. They may lie
 * anywhere, so no folder is searched for them.
 * @throws ConfigError when it names a column of items, but no file of items
 */
export function customFiles(
  config: FilesConfig,
  known: KnownFiles = {},
): Source & { files: DatasetFiles } {
  const { interactions, items, columns } = config
  const named = itemColumns.find((column) => columns[column] !== undefined)
  if (named !== undefined && items === undefined)
    throw new ConfigError(
      `files.columns.${named} is ${quote(columns[named])}, but files.items names no file`,
    )
  const files: DatasetFiles = { name: nameOf(interactions), interactions, items }
  return {
    name: 'files',
    files,
    find: () => [files],
    read: (_, builder, context) => read(config, known, builder, context),
  }
}

function nameOf(source: string): string {
  return isQuery(source) ? 'query' : basename(source).replace(/(\.\w+)?(\.gz)?$/i, '')
}

function read(
  config: FilesConfig,
  known: KnownFiles,
  builder: DatasetBuilder,
  context: ReadContext,
): Promise<void> {
  const { interactions, items, dialect, itemsDialect, ratingText } = config
  const { text, keepsNewItems = true, within } = known
  return Database.use(context.signal, async (database) => {
    const open = (source: string, id: string, more = {}) =>
      openTable(database, source, { ...dialect, ...more }, { ...context, id, within })
    const table = await open(interactions, 'interactions')
    const catalogue = items === undefined ? undefined : await open(items, 'items', itemsDialect)
    await lockTo(database, catalogue ? [table, catalogue] : [table])
    const { findings, ...rows } = await readInteractions(database, table, config, builder.choice)
    await table.done()
    if (ratingText !== undefined && rows.rating === undefined && !builder.choice.implicit)
      throw new DataError(
        `files.ratingText is ${quote(ratingText)}, but there are no ratings; ` +
          '--column rating=NAME names their column',
        { file: table.look.file },
      )
    builder.ratingText = ratingText
    builder.fill(rows)
    findings.forEach((finding) => builder.find(finding))
    if (catalogue === undefined) return
    let [matched, first] = [0, '']
    const take = (id: string, text: ItemText) => {
      const isKnown = builder.hasItem(id)
      if (isKnown) matched++
      else first ||= id
      if (isKnown || !keepsNewItems) builder.setItem(id, text)
      else builder.addNewItem(id, text)
    }
    const found = await readItems(database, catalogue, config, take, text)
    await catalogue.done()
    found.forEach((finding) => builder.find(finding))
    const joined = joinFinding(rows.itemIds, matched, first)
    // Of one item, or a catalogue of new items alone, nothing can be said.
    const tells = rows.itemIds.length > 1 && !builder.namesNewItems
    if (joined && matched === 0 && tells) throw new DataError(joined, { file: catalogue.look.file })
    if (joined) builder.note(`${basename(catalogue.look.file)}: ${joined}`)
  })
}
