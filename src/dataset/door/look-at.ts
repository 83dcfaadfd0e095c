import { DataError, InputError, quote as quoted } from '../../util/errors.js'
import type { DialectConfig } from '../config.js'
import { encodingOf, type Head, headOf, refuseOthers } from './head.js'
import type { Look } from './look.js'
import { lookAtCsv, unusualOf } from './look-csv.js'
import { lookAtJson } from './look-json.js'

/**
 * Looks at the beginning of a file: what it is, and how it is written. Looking is all that this
 * does; the table is then read with everything said.
 * @param leastColumns - of CSV
 * @throws DataError for a file that is no table, naming what it is
 */
export async function lookAt(
  file: string,
  settings: DialectConfig = {},
  leastColumns = 2,
): Promise<Look> {
  const head = await headWithRows(file)
  refuseOthers(file, head)
  const base = {
    file,
    gzip: head.gzip,
    delimiter: '',
    quote: '"',
    escape: '"',
    header: true,
    sparse: settings.sparse,
  } as const
  const format = binaryFormat(head)
  if (format !== undefined)
    return {
      ...base,
      encoding: 'binary',
      format,
      newLine: '\n',
      columns: [],
      sample: [],
      unusual: [],
    }
  const encoding = settings.encoding ?? encodingOf(head)
  const text = textOf(file, head, encoding)
  const newLine = !text.includes('\n') && text.includes('\r') ? '\r' : '\n'
  const unusual = encoding === 'utf-8' || settings.encoding !== undefined ? [] : [encoding]
  const shared = { ...base, encoding, newLine, unusual } as const
  const json = settings.delimiter === undefined ? lookAtJson(file, text, head.whole) : undefined
  if (json) return { ...shared, ...json }
  const csv = lookAtCsv(file, text, newLine, { ...settings, leastColumns })
  return {
    ...shared,
    format: 'csv',
    ...csv,
    unusual: [...unusual, ...unusualOf(csv, file, text, settings)],
  }
}

/** The beginning of a file; a longer one where the lines are long. */
async function headWithRows(file: string): Promise<Head> {
  const head = await headOf(file)
  const enough = head.whole || head.bytes.filter((byte) => byte === 10).length >= fewRows
  return enough || binaryFormat(head) !== undefined ? head : headOf(file, 2 ** 22)
}

/** By fewer rows it would be hard to tell how a file is written. */
const fewRows = 100

function binaryFormat({ bytes }: Head): 'parquet' | 'duckdb' | undefined {
  if (bytes.toString('latin1', 0, 4) === 'PAR1') return 'parquet'
  return bytes.toString('latin1', 8, 12) === 'DUCK' ? 'duckdb' : undefined
}

/** The text of the whole lines. */
function textOf(file: string, { bytes, whole }: Head, encoding: string): string {
  let text: string
  try {
    text = new TextDecoder(encoding).decode(bytes)
  } catch {
    throw new InputError(
      `encoding ${quoted(encoding)} is not known; known are utf-8, utf-16le, windows-1252 and the other names of the WHATWG list`,
    )
  }
  if (text.trim() === '') throw new DataError('the file has no rows', { file })
  const end = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r'))
  return whole || end < 0 ? text : text.slice(0, end + 1)
}
