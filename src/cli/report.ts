import { basename, join, resolve } from 'node:path'
import { Command } from 'commander'
import { readAudit } from '../report/audit-file.js'
import { leftOutText, readEach, readRun } from '../run/finished-run.js'
import { writeReport } from '../report/report-files.js'
import { reportDocument } from '../report/run-report.js'
import { InputError } from '../util/errors.js'
import { checkFolder } from '../util/files.js'
import { collectText, onNotice, printJson, withCsvSafeOption, withJsonOption } from './options.js'

interface ReportOptions {
  out?: string
  audit: string[]
  json?: boolean
}

const examples = `
Examples:
  understudy report runs/policy-vs-baselines-synthetic-0123456789ab
  understudy report runs/a runs/b --audit audit.json --out report

A damaged run or audit is left out; the exit status is then 1.`

/** `understudy report`: a page, tables and pictures of finished runs and audits. */
export function reportCommand(): Command {
  return withCsvSafeOption(withJsonOption(new Command('report')))
    .description(
      'Makes one HTML page about finished runs, which needs no network. Also writes the page as ' +
        'Markdown, its tables as CSV and Parquet, and its figures as pictures.',
    )
    .argument('[runs...]', 'folders of finished runs; several are compared')
    .option(
      '--audit <file>',
      'add an audit: a file that `understudy audit --json` printed (repeatable)',
      collectText,
      [],
    )
    .option('--out <folder>', 'folder to write (default: report/ in the folder of the first run)')
    .addHelpText('after', examples)
    .action(report)
}

async function report(folders: string[], options: ReportOptions): Promise<void> {
  const places = [...folders, ...options.audit]
  if (places.length === 0)
    throw new InputError(
      'nothing to report on: ' +
        'name folders of finished runs (understudy run prints them), or --audit FILE',
    )
  const out = options.out ?? (folders.length > 0 ? join(folders[0], 'report') : 'report')
  checkFolder(out)
  const runs = readEach(folders, readRun)
  const audits = readEach(options.audit, (file) => ({
    name: basename(file),
    report: readAudit(file),
  }))
  const broken = [...runs.broken, ...audits.broken]
  if (broken.length === places.length) throw broken[0]
  const leftOut = leftOutText(broken, places.length)
  if (leftOut !== undefined) {
    onNotice(leftOut)
    process.exitCode = 1
  }
  const document = reportDocument(runs.found, audits.found, leftOut)
  const { page, files, tables, pictures } = await writeReport(document, out, onNotice)
  if (options.json) return printJson({ folder: out, files, leftOut })
  process.stdout.write(
    `${resolve(page)}\n${files.length} files in ${out}: the page, Markdown, ` +
      `${tables} tables as CSV and Parquet, ${pictures} pictures\n`,
  )
}
