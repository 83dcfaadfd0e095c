import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError } from '../util/errors.js'
import { writeAtomically } from '../util/files.js'
import { picturesOf } from './browser.js'
import type { ReportDocument } from './document.js'
import { html } from './html.js'
import { markdown } from './markdown.js'
import { writeTable } from './table-files.js'

/** The files of a written report. */
export interface ReportFiles {
  /** The HTML page. */
  page: string
  /** Names of all files in the folder, sorted. */
  files: string[]
  /** Number of tables, and of pictures. */
  tables: number
  pictures: number
}

/**
 * Writes a report into a folder: one HTML page, Markdown, every table as CSV and Parquet, and every
 * figure as PNG.
 * @param onNotice - told where there is no browser to draw pictures with
 */
export async function writeReport(
  report: ReportDocument,
  folder: string,
  onNotice: (line: string) => void,
): Promise<ReportFiles> {
  mkdirSync(folder, { recursive: true })
  const page = join(folder, 'report.html')
  writeAtomically(page, html(report, new Map()))
  const pictures = await stills(page, onNotice)
  writeAtomically(page, html(report, pictures))
  for (const [name, picture] of pictures) writeAtomically(join(folder, `${name}.png`), picture)
  writeAtomically(join(folder, 'report.md'), markdown(report, new Set(pictures.keys())))
  const tables = report.chapters.flatMap(({ sections }) =>
    sections.flatMap((section) => section.tables ?? []),
  )
  for (const table of tables) writeTable(join(folder, table.name), table)
  const files = readdirSync(folder).filter((name) => !name.endsWith('.tmp'))
  return { page, files: files.sort(), tables: tables.length, pictures: pictures.size }
}

/** Pictures for readers without scripts; a page without them is still whole. */
async function stills(
  page: string,
  onNotice: (line: string) => void,
): Promise<Map<string, Buffer>> {
  try {
    return await picturesOf(page)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    onNotice(`no pictures for Markdown and printing without scripts: ${error.message}`)
    return new Map()
  }
}
