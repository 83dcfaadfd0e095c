import { existsSync, statSync } from 'node:fs'
import { factsOf, type TableFacts, timeText } from '../dataset/door/facts.js'
import { isQuery } from '../dataset/door/open-table.js'
import { InputError, quote } from '../util/errors.js'
import { grid } from '../util/grid.js'
import { wrap } from '../util/wrap.js'
import { type CommonOptions, configOf, printJson } from './options.js'

/** Whether an argument names files and not a data set. */
export function namesFiles(what: string): boolean {
  if (isQuery(what) || /[*?[]/.test(what)) return true
  const [file] = what.split('#')
  if (!existsSync(file)) return what.includes('#') || /\.\w+(\.gz)?$/.test(what)
  return statSync(file).isFile() || /^\.{0,2}\//.test(file) || file.endsWith('/')
}

/**
 * Looks at one or two files and says how they are written.
 * @returns the flags that name them, where one has interactions
 */
export async function inspectFiles(
  files: readonly string[],
  options: CommonOptions,
): Promise<{ facts: TableFacts[]; command: string; flags?: Partial<CommonOptions> }> {
  if (files.length > 2)
    throw new InputError(
      `${files.length} files were named; name only the interactions, and the item text if you have it; ` +
        "for many files of one table, use a pattern in quotes: 'orders/*.csv'",
    )
  const given = configOf({ ...options, interactions: files[0] }).dataset.files!
  const facts = await factsOf(files, given)
  const sourceOf = (holds: TableFacts['holds']) => facts.find((one) => one.holds === holds)?.source
  const [interactions, items] = [sourceOf('interactions'), sourceOf('items')]
  const command = commandOf(facts)
  const text = [
    ...facts.map(factsText),
    ...(interactions === undefined ? [] : [`the command that sets all this:\n\n${command}`]),
  ]
  if (!options.json) process.stdout.write(text.join('\n\n') + '\n\n')
  if (interactions !== undefined) return { facts, command, flags: { interactions, items } }
  if (options.json) printJson({ files: facts, command })
  else
    process.stdout.write(
      `${quote(items)} has no column that understudy recognises as user ids, so it\n` +
        'counts as item text. Name the file of the interactions too, or the column:\n' +
        '--column user=NAME\n',
    )
  return { facts, command }
}

const formats: Record<TableFacts['format'], string> = {
  csv: 'CSV',
  'json-lines': 'JSON, one object per line',
  'json-array': 'a JSON list of objects',
  parquet: 'a table with named columns',
  duckdb: 'a table of a DuckDB database',
}

function factsText(facts: TableFacts): string {
  const { source, holds, format, gzip, encoding, delimiter, quotes, header, columns } = facts
  const time = timeText(facts)
  const lines = [
    `${source}: ${holds === 'interactions' ? 'interactions' : 'item text'}`,
    `${formats[format]}${gzip ? ', gzipped' : ''}${encoding === 'binary' ? '' : `, ${encoding}`}`,
    ...(format === 'csv'
      ? [
          `cells between ${delimiter === '\t' ? 'tabs' : quote(delimiter)}; ` +
            `${quotes ? 'cells may be in quotes' : 'quotes are ordinary characters'}; ` +
            `${header ? 'the first row is the header' : 'no header'}`,
        ]
      : []),
    ...(time === undefined ? [] : [`times: ${time}`]),
  ]
  const table = grid(
    ['column', 'cells', 'used as'],
    columns.map(({ name, type, role }) => [cut(name), type, role ? (roleNames[role] ?? role) : '']),
  )
  return `${lines.map((line) => wrap(line, 80)).join('\n')}\n\n${table}`
}

const cut = (name: string) => (name.length > 40 ? `${name.slice(0, 37)}...` : name)
const roleNames: Record<string, string> = { itemId: 'item id', timestamp: 'time' }

/** The command that says what was found by looking, in lines of at most 80 characters. */
function commandOf(facts: readonly TableFacts[]): string {
  const flags = facts.flatMap(({ source, holds, columns }) => [
    `--${holds} ${shell(source)}`,
    ...columns.flatMap(({ name, role }) =>
      role === undefined
        ? []
        : holds === 'items'
          ? [`--item-column ${shell(`${role === 'itemId' ? 'id' : role}=${name}`)}`]
          : [`--column ${shell(`${role}=${name}`)}`],
    ),
  ])
  const csv = facts.filter(({ format }) => format === 'csv')
  const text = facts.filter(({ encoding }) => encoding !== 'binary')
  const { timeForm } = facts.find((one) => one.timeForm !== undefined) ?? {}
  const all = [
    ...flags,
    ...said(csv, 'delimiter', ({ delimiter }) => (delimiter === '\t' ? 'tab' : shell(delimiter!))),
    ...said(csv, 'header', ({ header }) => (header ? 'yes' : 'no')),
    ...said(csv, 'quotes', ({ quotes }) => (quotes ? 'yes' : 'no')),
    ...said(text, 'encoding', ({ encoding }) => encoding),
    ...(timeForm === undefined ? [] : [`--timestamp-unit ${timeForm}`]),
  ]
  const lines = ['understudy data inspect']
  for (const flag of all)
    if (lines.at(-1)!.length + flag.length > 76) lines.push(`  ${flag}`)
    else lines[lines.length - 1] += ` ${flag}`
  return lines.join(' \\\n')
}

/** A flag that holds for all files; none where they differ. */
function said(facts: TableFacts[], flag: string, of: (facts: TableFacts) => string): string[] {
  const values = [...new Set(facts.map(of))]
  return values.length === 1 ? [`--${flag} ${values[0]}`] : []
}

function shell(text: string): string {
  return /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
