import { basename, join, resolve } from 'node:path'
import { Command } from 'commander'
import { readRun } from '../run/finished-run.js'
import type { JudgeReport } from '../judge/judge-report.js'
import { writeReport } from '../report/report-files.js'
import { reportDocument } from '../report/run-report.js'
import { DataError, InputError } from '../util/errors.js'
import { collectText, onNotice, printJson, readJson } from './options.js'

interface ReportOptions {
  out?: string
  audit: string[]
  json?: boolean
}

const examples = `
Examples:
  understudy report runs/policy-vs-baselines-synthetic-0123456789ab
  understudy report runs/a runs/b --audit audit.json --out report`

/** `understudy report`: a page, tables and pictures of finished runs and audits. */
export function reportCommand(): Command {
  return new Command('report')
    .description(
      'one HTML page on finished runs that needs no network, with Markdown, and CSV and Parquet of every table',
    )
    .argument('[runs...]', 'folders of finished runs; several are set side by side')
    .option(
      '--audit <file>',
      'an audit, as `understudy audit --json` prints it (repeatable)',
      collectText,
      [],
    )
    .option('--out <folder>', 'where to write (default: report/ in the first run)')
    .option('--json', 'print one JSON document to stdout and nothing else')
    .addHelpText('after', examples)
    .action(report)
}

async function report(folders: string[], options: ReportOptions): Promise<void> {
  if (folders.length + options.audit.length === 0)
    throw new InputError(
      'nothing to report on: ' +
        'give folders of finished runs (understudy run prints them), or --audit FILE',
    )
  const document = reportDocument(folders.map(readRun), options.audit.map(readAudit))
  const out = options.out ?? (folders.length > 0 ? join(folders[0], 'report') : 'report')
  const { page, files, tables, pictures } = await writeReport(document, out, onNotice)
  if (options.json) return printJson({ folder: out, files })
  process.stdout.write(
    `${resolve(page)}\n${files.length} files in ${out}: the page, Markdown, ` +
      `${tables} tables as CSV and Parquet, ${pictures} pictures\n`,
  )
}

function readAudit(file: string): { name: string; report: JudgeReport } {
  const report = readJson(file) as unknown as JudgeReport
  if (typeof report.verdict !== 'string' || typeof report.accuracy !== 'object')
    throw new DataError('is no audit; expected what `understudy audit --json` prints', { file })
  return { name: basename(file), report }
}
