import { type Html, lines, markup } from './html.js'

/** A label and what is to be said under it: a sentence, or a list of them. */
export interface Point {
  label: string
  text: string | string[]
}

/**
 * A cell of a table: text, or a number with the text that shows it, by which tables sort; a number
 * may be a bar too, of this share of the longest one.
 */
export type TableCell = string | { value: number; text: string; bar?: number }

/** A table; all of it is plain text. */
export interface PageTable {
  /** Name for files and anchors. */
  name: string
  /** Text that is shown with the table. */
  caption: string
  /** Names of the columns [numColumns]. */
  head: string[]
  /** Cells [numRows][numColumns]. */
  rows: TableCell[][]
}

/** Labels with their text: what a page says first, or with `words` what its words mean. */
export function pointList(points: readonly Point[], kind: 'answer' | 'words' = 'answer'): Html {
  const rows = points.map(
    ({ label, text }) =>
      markup`<div><dt>${label}</dt><dd>${typeof text === 'string' ? joined(text) : bullets(text)}</dd></div>`,
  )
  return markup`<dl class="${kind === 'words' ? 'points words' : 'points'}">\n${lines(rows)}\n</dl>`
}

/** A part of a page under a title. */
export const section = (title: string, content: Html, level: 2 | 3 = 2) =>
  markup`<section>${heading(title, level)}\n${content}\n</section>`

/** A part of which only the title is shown until a reader opens it. */
export const folded = (title: string, content: Html, level: 2 | 3 = 2) =>
  markup`<details><summary>${heading(title, level)}</summary>\n${content}\n</details>`

const heading = (title: string, level: 2 | 3) =>
  level === 2 ? markup`<h2>${title}</h2>` : markup`<h3>${title}</h3>`

/** A list of sentences. */
export function bullets(texts: readonly string[]): Html {
  return markup`<ul>${texts.map((text) => markup`<li>${joined(text)}</li>`)}</ul>`
}

/** A number and its % stay on one line. */
const joined = (text: string) => text.replace(/(?<=\d) %/g, '\u00a0%')

/** A command or settings, as they are. */
export const literal = (text: string) => markup`<pre tabindex="0">${text}</pre>`

/**
 * A table in a box of its own that scrolls where the screen is narrow.
 * @param sortable - whether its heads are buttons, for a page with a script that sorts
 */
export function tableBox({ name, caption, head, rows }: PageTable, sortable = false): Html {
  const heads = head.map((text, column) => {
    const numeric = rows.length > 0 && rows.every((row) => typeof row[column] !== 'string')
    const title = sortable ? markup`<button type="button">${text}</button>` : text
    return markup`<th scope="col"${numeric ? markup` class="number"` : ''}>${title}</th>`
  })
  const bars = head.map((_, column) => rows.some((row) => barOf(row[column]) !== undefined))
  const span = (column: number) => (bars[column] ? markup`<td aria-hidden="true"></td>` : '')
  return lines([
    markup`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table id="${name}"><caption>${caption}</caption>`,
    markup`<thead><tr>${heads.map((one, column) => markup`${one}${span(column)}`)}</tr></thead>`,
    markup`<tbody>`,
    ...rows.map(
      (row) => markup`<tr>${row.map((cell, column) => cellHtml(cell, bars[column]))}</tr>`,
    ),
    markup`</tbody></table></div>`,
  ])
}

const barOf = (cell: TableCell) => (typeof cell === 'string' ? undefined : cell.bar)

/** Texts of more characters get a wider column. */
const longText = 40

function cellHtml(cell: TableCell, withBar: boolean): Html {
  if (typeof cell === 'string') return markup`<td${longOf(cell)}>${cell}</td>`
  const width = (100 * (cell.bar ?? 0)).toFixed(1)
  const bar = withBar
    ? markup`<td class="bar" aria-hidden="true"><span style="width: ${width}%"></span></td>`
    : ''
  return markup`<td class="number" data-value="${cell.value}">${cell.text}</td>${bar}`
}

const longOf = (text: string) => (text.length > longText ? markup` class="long"` : '')
