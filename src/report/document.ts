import type { PageTable, Point, TableCell } from '../util/page-parts.js'
import type { Figure } from './figures/figure.js'

export type { TableCell } from '../util/page-parts.js'

/** A table of a report. */
export interface DocumentTable extends PageTable {}

/** A part of a chapter. Text is plain text: every writer escapes it. */
export interface Section {
  title: string
  paragraphs?: string[]
  /** What a reader decides by. */
  points?: Point[]
  /** Sentences of a list. */
  bullets?: string[]
  tables?: DocumentTable[]
  figures?: Figure[]
  /** Words and what they mean. */
  words?: Point[]
  /** Literal text: commands, settings. */
  literal?: string[]
  /** Whether a page shows its title alone until a reader opens it. */
  folded?: boolean
}

/** The part of a report on one run or audit. */
export interface Chapter {
  /** Name for anchors and files. */
  name: string
  title: string
  sections: Section[]
}

/** A report on some runs, side by side. */
export interface ReportDocument {
  title: string
  chapters: Chapter[]
}

/** A number with so many digits after the point; empty where it is not finite. */
export const number = (value: number, digits: number): TableCell => ({
  value,
  text: Number.isFinite(value) ? value.toFixed(digits) : '',
})

/** The text that shows a cell. */
export const textOf = (cell: TableCell) => (typeof cell === 'string' ? cell : cell.text)

/** Whether a section has nothing but a title. */
export function isEmpty({ title: _title, folded: _folded, ...parts }: Section): boolean {
  return Object.values(parts).every((part) => part.length === 0)
}
