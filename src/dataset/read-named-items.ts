import { DataError } from '../util/errors.js'
import { readIdTable } from './door/id-table.js'
import type { NamedItems } from './named-items.js'

/**
 * Reads ids of items: one a line, or a table with a column of item ids.
 * @throws DataError when the file cannot be read or names no item
 */
export async function readNamedItems(file: string): Promise<NamedItems> {
  const lines = new Map<string, number>()
  let repeats = 0
  for (const { item, at } of await readIdTable(file, { users: 'none' }))
    if (lines.has(item)) repeats++
    else lines.set(item, at.line)
  if (lines.size === 0)
    throw new DataError('has no item; write one id per line, or a table with a column item_id', {
      file,
    })
  return { file, lines, repeats }
}
