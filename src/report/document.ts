import type { Figure } from './figures/figure.js'

/** A cell of a table: text, or a number with the text that shows it. Tables sort by the number. */
export type TableCell = string | { value: number; text: string }

/** A table of a report. */
export interface DocumentTable {
  /** Name for files and anchors. */
  name: string
  /** Text that is shown with the table. */
  caption: string
  /** Names of the columns [numColumns]. */
  head: string[]
  /** Cells [numRows][numColumns]. */
  rows: TableCell[][]
}

/** A part of a chapter. Text is plain text: every writer escapes it. */
export interface Section {
  title: string
  paragraphs: string[]
  tables?: DocumentTable[]
  figures?: Figure[]
  /** Literal text: commands, settings. */
  literal?: string[]
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
