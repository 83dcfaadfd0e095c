import { quote } from '../../util/errors.js'
import type { BadLine } from './bad-lines.js'
import type { Database } from './database.js'
import type { Table } from './table.js'

/** Lines that could not be read, and why. */
export interface Rejected {
  count: number
  /** The first of them. */
  first: BadLine[]
}

/** What DuckDB says of a line, in our words. */
const problems: Record<string, string> = {
  'MISSING COLUMNS': 'the line has fewer cells than the header',
  'TOO MANY COLUMNS': 'the line has more cells than the header',
  'UNQUOTED VALUE': 'a quote is not closed, or stands inside a cell',
  'LINE SIZE OVER MAXIMUM': 'the line is too long',
  'INVALID ENCODING':
    'the line is not UTF-8; use --encoding to name the encoding, e.g. windows-1252',
}

/** The lines that a table's reading left out. */
export async function rejectedBy(
  database: Database,
  { look, parts, rejects }: Table,
): Promise<Rejected> {
  if (rejects === undefined) return { count: 0, first: [] }
  const rows = await database.rows<{
    path: string
    line: bigint
    kind: string
    text: string
    n: bigint
  }>(
    `SELECT path, line, any_value(kind) AS kind, any_value(text) AS text, count(*) OVER () AS n
     FROM (${rejects}) GROUP BY path, line ORDER BY path, line LIMIT 3`,
  )
  const fileOf = new Map(parts.map((part) => [part.path, part.look.file]))
  const header = (problem: string) =>
    look.header ? problem : problem.replace('the header', 'the first line')
  return {
    count: Number(rows[0]?.n ?? 0),
    first: rows.map(({ path, line, kind, text }) => ({
      at: { file: fileOf.get(path) ?? path, line: Number(line) },
      problem: `${header(problems[kind] ?? kind.toLowerCase())}: ${quote(text.trim())}`,
    })),
  }
}
