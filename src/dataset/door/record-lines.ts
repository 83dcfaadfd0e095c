import { createReadStream } from 'node:fs'
import type { FileLine } from '../file-line.js'
import { eachLine } from '../lines.js'
import type { Look } from './look.js'
import type { Part } from './table.js'

type Dialect = Pick<Look, 'quote' | 'header' | 'newLine' | 'columns'>

/**
 * The places where the records begin up to the one with this number, 0 = the first after the
 * header: blank lines and those that were rejected are no records, and a cell in quotes may hold
 * line ends. Of one column a blank line is a record.
 */
export async function placesOfRecords(
  parts: readonly Part[],
  dialect: Dialect,
  last: number,
  rejected: readonly { path: string; line: bigint }[],
): Promise<(record: number) => FileLine> {
  const ends: { file: string; from: number; lines: number[] }[] = []
  let from = 0
  for (const { look, path } of parts) {
    const bad = rejected.filter((one) => one.path === path).map(({ line }) => Number(line))
    const lines = await linesOfRecords(path, dialect, new Set(bad), last - from)
    ends.push({ file: look.file, from, lines })
    from += lines.length
    if (from > last) break
  }
  return (record) => {
    const { file, from, lines } = ends.findLast((one) => one.from <= record)!
    return { file, line: lines[record - from] }
  }
}

/** Lines on which the records of a file begin, up to the one with number `last`. */
async function linesOfRecords(
  path: string,
  { header, quote: around, newLine, columns }: Dialect,
  rejected: ReadonlySet<number>,
  last: number,
): Promise<number[]> {
  // Read as one line, in which nothing is rejected alone.
  if (newLine === '\r') return Array.from({ length: last + 1 }, (_, k) => k + (header ? 2 : 1))
  const lines: number[] = []
  let [open, seen] = [false, header ? -2 : -1]
  await eachLine(path, (line, number) => {
    if (!open && line === '' && columns.length > 1) return
    if (!open && !rejected.has(number) && ++seen >= 0 && seen <= last) lines.push(number)
    if (around !== '' && line.split(around).length % 2 === 0) open = !open
  })
  return lines
}

/** About how many rows come before each file: those of one are its lines. */
export async function rowsBefore(parts: readonly Part[], { header }: Dialect): Promise<number[]> {
  const before = [0]
  for (const { path } of parts.slice(0, -1))
    before.push(before.at(-1)! + (await countLines(path)) - (header ? 1 : 0))
  return before
}

/** Line ends of a file. */
export async function countLines(path: string): Promise<number> {
  let count = 0
  for await (const block of createReadStream(path, { highWaterMark: 2 ** 20 }))
    for (let at = -1; (at = (block as Buffer).indexOf(10, at + 1)) !== -1;) count++
  return count
}
