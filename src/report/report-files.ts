import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Content, writeTogether } from '../util/files.js'
import { picturesOf } from './browser.js'
import type { ReportDocument } from './document.js'
import { reportPage } from './html.js'
import { markdown } from './markdown.js'
import { tableFiles } from './table-files.js'

/** The files of a written report. */
export interface ReportFiles {
  /** The HTML page. */
  page: string
  /** Names of all files that were written, sorted. */
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
  const pictures = await stills(reportPage(report, new Map()), onNotice)
  const tables = report.chapters.flatMap(({ sections }) =>
    sections.flatMap((section) => section.tables ?? []),
  )
  const files: Record<string, Content> = {
    'report.html': reportPage(report, pictures),
    'report.md': markdown(report, new Set(pictures.keys())),
    ...Object.fromEntries([...pictures].map(([name, picture]) => [`${name}.png`, picture])),
    ...Object.assign({}, ...tables.map(tableFiles)),
  }
  writeTogether(folder, files)
  return {
    page: join(folder, 'report.html'),
    files: Object.keys(files).sort(),
    tables: tables.length,
    pictures: pictures.size,
  }
}

/** Pictures for readers without scripts; a page without them is still whole. */
async function stills(
  page: string,
  onNotice: (line: string) => void,
): Promise<Map<string, Buffer>> {
  try {
    return await picturesOf(page, onNotice)
  } catch (error) {
    const [why] = (error as Error).message.split('\n')
    onNotice(`no pictures for Markdown and printing without scripts: ${why}`)
    return new Map()
  }
}
