import { basename } from 'node:path'
import { DataError, quote } from '../../util/errors.js'
import type { FilesConfig } from '../config.js'
import type { ItemText } from '../dataset.js'
import type { Finding } from '../left-out.js'
import { skipBadLines } from './bad-lines.js'
import { categoriesOf, tokenPaths } from './categories.js'
import { asDataError, type Database, trimmed } from './database.js'
import { itemText, type LooseText } from './item-text.js'
import { rejectedBy } from './rejected.js'
import { columnOf, type Found, listOf, lookFindings, type Role } from './roles.js'
import { refuseRunaway } from './runaway.js'
import type { Table } from './table.js'

const textRoles = ['title', 'categories', 'brand', 'description'] as const satisfies readonly Role[]

/** Columns of the item text. */
type Layout = { id: Found } & Partial<Record<(typeof textRoles)[number], Found>>

/** Takes text out of what a family of files has. */
export interface TextRule {
  /** Names of further columns. */
  more?: readonly string[]
  /** @param more - values of these columns, undefined where one is empty or missing */
  text(fields: LooseText, more: readonly unknown[]): LooseText
}

/**
 * Reads item text.
 * @param take - gets each item in the order of the file
 * @returns what was left out, and how the columns were found
 * @throws DataError at the first line that cannot be used, unless the settings say to skip such
 * lines
 */
export async function readItems(
  database: Database,
  table: Table,
  config: FilesConfig,
  take: (id: string, text: ItemText) => void,
  rule?: TextRule,
): Promise<Finding[]> {
  const layout = layoutOf(table, config)
  const { plain, json, from, broken } = table
  const cell = (column: Found) => trimmed(plain(column))
  const value = (column: Found | undefined) => (column ? (json ?? cell)(column) : 'NULL')
  const columns = [
    ...textRoles.map((role) => value(layout[role])),
    ...(rule?.more ?? []).map((name) => value(furtherColumn(table, name))),
  ]
  const textOf = textReader(table, layout, config, rule)
  const bad: { row: number; problem: string }[] = []
  let [row, count] = [0, 0]
  const select = `SELECT ${cell(layout.id)}, ${broken?.is ?? 'false'}, ${columns.join(', ')} FROM ${from}`
  try {
    await database.each(select, (block) => {
      const ids = block.values<string | null>(0)
      const unreadable = block.values<boolean>(1)
      const texts = columns.map((_, k) => block.values<string | null>(2 + k))
      for (let k = 0; k < block.rows; k++, row++) {
        const id = ids[k]
        if (id === null) {
          count++
          const problem = unreadable[k]
            ? `the line is not ${broken?.not}`
            : `${quote(layout.id.name)} is empty; an item id is text that is not empty`
          if (bad.length < 3) bad.push({ row, problem })
          continue
        }
        take(id, textOf(texts.map((column) => loose(column[k], json !== undefined))))
      }
    })
  } catch (error) {
    throw asDataError(error, table.look.file)
  }
  await refuseRunaway(database, table, row)
  return [
    ...takenByName(table, layout),
    ...(await lost(database, table, config, { bad, count, rows: row })),
  ]
}

function layoutOf({ look }: Table, { columns }: FilesConfig): Layout {
  const named =
    columns.itemId ?? (look.columns.includes(columns.item ?? '') ? columns.item : undefined)
  const id = columnOf(look, 'itemId', named)
  if (id === undefined)
    throw new DataError(
      `understudy found no column of item ids among ${listOf(look.columns)}; ` +
        'name it: --item-column id=NAME',
      { file: look.file, line: 1 },
    )
  const texts = textRoles.flatMap((role) => {
    const found = columnOf(look, role, columns[role])
    return found && found.name !== id.name ? [[role, found] as const] : []
  })
  return { id, ...Object.fromEntries(texts) }
}

/** Makes the text of an item of the values of its columns. */
function textReader(
  { look }: Table,
  { categories: column }: Layout,
  { categoryLevelSeparator }: FilesConfig,
  rule: TextRule | undefined,
): (values: unknown[]) => ItemText {
  const inTokens = column !== undefined && look.types?.[column.position] === 'token_seq'
  const pathsOf = (value: unknown) =>
    inTokens
      ? tokenPaths(String(value ?? ''), column.name)
      : categoriesOf(value, categoryLevelSeparator)
  return ([title, categories, brand, description, ...more]) => {
    const fields = { title, categories: pathsOf(categories), brand, description }
    return itemText(rule ? rule.text(fields, more) : fields)
  }
}

/** Where a column stands that only a rule of text knows; in JSON each row may have it. */
function furtherColumn({ look }: Table, name: string): Found | undefined {
  const position = look.columns.indexOf(name)
  return position === -1 && look.format === 'csv' ? undefined : { name, position, taken: false }
}

/** JSON has more than text: a value that is not text is not taken for one. */
function loose(value: string | null, isJson: boolean): unknown {
  if (value === null || !isJson) return value ?? undefined
  try {
    return JSON.parse(value) as unknown
  } catch {
    // NaN, as Python writes it where a value is missing.
    return undefined
  }
}

async function lost(
  database: Database,
  table: Table,
  config: FilesConfig,
  { bad, count, rows }: { bad: { row: number; problem: string }[]; count: number; rows: number },
): Promise<Finding[]> {
  const rejected = await rejectedBy(database, table)
  const all = count + rejected.count
  if (all === 0) return []
  const placeOf = await table.places(bad.at(-1)?.row ?? 0)
  const own = bad.map(({ row, problem }) => ({ at: placeOf(row), problem }))
  const some = [...rejected.first, ...own]
  const note = skipBadLines({ count: all, some, all: all === rows + rejected.count }, config)
  return [
    { note: `${basename(table.look.file)}: ${note}` },
    { leftOut: { reason: 'unreadable lines of the items', done: 'dropped', items: all } },
  ]
}

/** What was taken for what, and what for nothing. */
function takenByName({ look }: Table, layout: Layout): Finding[] {
  const used = new Set(Object.values(layout).map((found) => found.position))
  const unused = look.columns.filter((_, k) => !used.has(k))
  return [
    ...lookFindings(look, layout, '--item-column'),
    ...(layout.title === undefined && unused.length > 0
      ? [
          {
            note: `${basename(look.file)}: no column was recognised as the title; unused columns: ${unused.slice(0, 20).join(', ')}`,
          },
        ]
      : []),
  ]
}
