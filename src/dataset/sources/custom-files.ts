import { basename } from 'node:path'
import { ConfigError, DataError, quote } from '../../util/errors.js'
import type { DatasetBuilder } from '../builder.js'
import type { FilesConfig } from '../config.js'
import { Database } from '../door/database.js'
import { readInteractions } from '../door/interactions.js'
import { readItems } from '../door/items.js'
import { isQuery, openTable } from '../door/table.js'
import { joinFinding } from '../door/join.js'
import type { DatasetFiles, ReadContext, Source } from './source.js'

const itemColumns = ['itemId', 'title', 'categories', 'brand', 'description'] as const

/**
 * The source of custom files, whose paths and columns the configuration names. They may lie
 * anywhere, so no folder is searched for them.
 * @throws ConfigError when it names a column of items, but no file of items
 */
export function customFiles(config: FilesConfig): Source & { files: DatasetFiles } {
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
    read: (_, builder, context) => read(config, builder, context),
  }
}

function nameOf(source: string): string {
  return isQuery(source) ? 'query' : basename(source).replace(/(\.\w+)?(\.gz)?$/i, '')
}

function read(config: FilesConfig, builder: DatasetBuilder, context: ReadContext): Promise<void> {
  const { interactions, items, dialect, ratingText } = config
  return Database.use(context.signal, async (database) => {
    const open = (source: string, id: string) =>
      openTable(database, source, dialect, { ...context, id })
    const table = await open(interactions, 'interactions')
    const { findings, ...rows } = await readInteractions(database, table, config)
    await table.done()
    const { file, header } = table.look
    if (ratingText !== undefined && rows.rating === undefined)
      throw new DataError(
        `files.ratingText is ${quote(ratingText)}, but there are no ratings; ` +
          '--column rating=NAME says where they are',
        { file },
      )
    builder.ratingText = ratingText
    builder.fill({ ...rows, placeOf: (row) => ({ file, line: row + (header ? 2 : 1) }) })
    findings.forEach((finding) => builder.find(finding))
    if (items === undefined) return
    const catalogue = await open(items, 'items')
    let [known, first] = [0, '']
    const found = await readItems(database, catalogue, config, (id, text) => {
      if (builder.hasItem(id)) {
        known++
        builder.setItem(id, text)
      } else {
        first ||= id
        builder.addNewItem(id, text)
      }
    })
    await catalogue.done()
    found.forEach((finding) => builder.find(finding))
    const joined = joinFinding(rows.itemIds, known, first)
    // Of one item, or a catalogue of new items alone, nothing can be said.
    const tells = rows.itemIds.length > 1 && !builder.namesNewItems
    if (joined && known === 0 && tells) throw new DataError(joined, { file: catalogue.look.file })
    if (joined) builder.note(`${basename(catalogue.look.file)}: ${joined}`)
  })
}
