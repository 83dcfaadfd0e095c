import { type Database, pathList, text } from './database.js'
import { placesOfRecords, rowsBefore } from './record-lines.js'
import type { Found } from './roles.js'
import { longest, type Part, placesIn, type Table } from './table.js'

function csvOptions(id: string): string {
  return [
    'auto_detect=false',
    'store_rejects=true',
    `rejects_table='rejects_${id}'`,
    `rejects_scan='scan_${id}'`,
    `max_line_size=${longest}`,
    `buffer_size=${2 * longest}`,
  ].join(', ')
}

/** A table of CSV files, whose columns are c0, c1 ... */
export async function csvTable(database: Database, parts: Part[], id: string): Promise<Table> {
  const { look } = parts[0]
  const { delimiter, quote: around, escape, header, newLine, columns } = look
  const types = columns.map((_, k) => `'c${k}': 'VARCHAR'`).join(', ')
  const from =
    `read_csv(${pathList(parts)}, delim=${text(delimiter)}, quote=${text(around)}, ` +
    `escape=${text(around === '' ? '' : escape)}, header=${header}, columns={${types}}, ` +
    `${newLine === '\r' ? String.raw`new_line='\r', ` : ''}${csvOptions(id)})`
  return {
    look,
    parts,
    from,
    plain: ({ position }) => `c${position}`,
    ...(around === '' ? {} : { quoted: parts.map(({ path }) => path) }),
    ...(await linesOf(database, parts, id, look)),
  }
}

/** A table of JSON lines, whose columns are their fields. */
export async function linesTable(database: Database, parts: Part[], id: string): Promise<Table> {
  const { look } = parts[0]
  const field = ({ name }: Found) => text(`$.${JSON.stringify(name)}`)
  return {
    look,
    parts,
    from: `(
      SELECT line, CASE WHEN json_valid(line) THEN
        CASE WHEN json_type(line) = 'OBJECT' THEN line END END AS record
      FROM read_csv(${pathList(parts)}, delim='\u0001', quote='', escape='', header=false,
        columns={'line': 'VARCHAR'}, ${csvOptions(id)}))`,
    plain: (column) => `json_extract_string(record, ${field(column)})`,
    json: (column) => `CAST(json_extract(record, ${field(column)}) AS VARCHAR)`,
    broken: {
      is: 'record IS NULL',
      text: 'line',
      not: look.python ? 'a Python literal' : 'a JSON object',
    },
    ...(await linesOf(database, parts, id, { ...look, quote: '', header: false })),
  }
}

/** Where the rows of files of lines are, and which lines were rejected. */
async function linesOf(
  database: Database,
  parts: Part[],
  id: string,
  dialect: Pick<Part['look'], 'quote' | 'header' | 'newLine' | 'columns'>,
): Promise<Pick<Table, 'rejects' | 'places' | 'near'>> {
  const rejects = `SELECT DISTINCT file_path AS path, line, CAST(error_type AS VARCHAR) AS kind,
    csv_line AS text FROM rejects_${id} JOIN scan_${id} USING (scan_id, file_id)`
  const before = await rowsBefore(parts, dialect)
  return {
    rejects,
    places: async (last) => placesOfRecords(parts, dialect, last, await database.rows(rejects)),
    near: placesIn(parts, before, dialect.header ? 2 : 1),
  }
}
