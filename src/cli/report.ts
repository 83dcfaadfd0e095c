import { mkdirSync, readdirSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { Command } from 'commander'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { readRun } from '../experiment/finished-run.js'
import type { JudgeReport } from '../experiment/judge-report.js'
import { picturesOf } from '../report/browser.js'
import { csv } from '../util/csv.js'
import { type DocumentTable, reportDocument } from '../report/document.js'
import { html } from '../report/html.js'
import { markdown, textOf } from '../report/markdown.js'
import { ConfigError, DataError, InputError } from '../util/errors.js'
import { writeAtomically } from '../util/files.js'
import { collectText, printJson, readJson } from './options.js'

interface ReportOptions {
  out?: string
  audit: string[]
  json?: boolean
}

export function reportCommand(): Command {
  return new Command('report')
    .description('one HTML page on finished runs that needs no network, with Markdown, and CSV and Parquet of every table')
    .argument('[runs...]', 'folders of finished runs; several are set side by side')
    .option('--audit <file>', 'an audit, as `understudy audit --json` prints it (repeatable)', collectText, [])
    .option('--out <folder>', 'where to write (default: report/ in the first run)')
    .option('--json', 'print one JSON document to stdout and nothing else')
    .addHelpText('after', '\nExamples:\n  understudy report runs/policy-vs-baselines-synthetic-0123456789ab\n  understudy report runs/a runs/b --audit audit.json --out report')
    .action(report)
}

async function report(folders: string[], options: ReportOptions): Promise<void> {
  if (folders.length + options.audit.length === 0) throw new InputError('nothing to report on: give folders of finished runs (understudy run prints them), or --audit FILE')
  const runs = folders.map(readRun)
  const audits = options.audit.map(readAudit)
  const out = options.out ?? (folders.length > 0 ? join(folders[0], 'report') : 'report')
  mkdirSync(out, { recursive: true })
  const document = reportDocument(runs, audits)
  const page = join(out, 'report.html')
  writeAtomically(page, html(document, new Map()))
  const pictures = await stills(page)
  writeAtomically(page, html(document, pictures))
  for (const [name, picture] of pictures) writeAtomically(join(out, `${name}.png`), picture)
  writeAtomically(join(out, 'report.md'), markdown(document, new Set(pictures.keys())))
  const tables = document.chapters.flatMap(({ sections }) => sections.flatMap((section) => section.tables ?? []))
  for (const table of tables) writeTable(join(out, table.name), table)
  const written = readdirSync(out).filter((name) => !name.endsWith('.tmp')).sort()
  if (options.json) printJson({ folder: out, files: written })
  else process.stdout.write(`${resolve(page)}\n${written.length} files in ${out}: the page, Markdown, ${tables.length} tables as CSV and Parquet, ${pictures.size} pictures\n`)
}

/** Pictures for readers without scripts; a page without them is still whole. */
async function stills(page: string): Promise<Map<string, Buffer>> {
  try {
    return await picturesOf(page)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`no pictures for Markdown and printing without scripts: ${error.message}\n`)
    return new Map()
  }
}

function readAudit(file: string): { name: string; report: JudgeReport } {
  const report = readJson(file) as unknown as JudgeReport
  if (typeof report.verdict !== 'string' || typeof report.accuracy !== 'object') throw new DataError('is no audit; expected what `understudy audit --json` prints', { file })
  return { name: basename(file), report }
}

/** Numbers as numbers, with what they are shown as beside them where that says more. */
function writeTable(path: string, { head, rows }: DocumentTable): void {
  const columns = head.flatMap((name, column) => {
    const cells = rows.map((row) => row[column])
    if (cells.every((cell) => typeof cell === 'string')) return [{ name, data: cells, type: 'STRING' as const }]
    const values = cells.map((cell) => (typeof cell === 'string' ? null : cell.value))
    const shown = cells.some((cell) => textOf(cell).includes('±'))
    return [{ name, data: values, type: 'DOUBLE' as const }, ...(shown ? [{ name: `${name} (shown)`, data: cells.map(textOf), type: 'STRING' as const }] : [])]
  })
  writeAtomically(`${path}.csv`, csv(columns.map(({ name }) => name), rows.map((_, k) => columns.map(({ data }) => data[k] ?? NaN))))
  writeAtomically(`${path}.parquet`, Buffer.from(parquetWriteBuffer({ columnData: columns.map((column) => ({ ...column, nullable: true })) })))
}
