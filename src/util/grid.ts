import Table from 'cli-table3'
import { visibleLine } from './visible.js'

/** A table for a terminal: a plain grid, numbers to the right. */
export function grid(head: string[], rows: string[][]): string {
  const chars = Object.fromEntries(
    [
      'top',
      'top-mid',
      'top-left',
      'top-right',
      'bottom',
      'bottom-mid',
      'bottom-left',
      'bottom-right',
      'left',
      'left-mid',
      'mid',
      'mid-mid',
      'right',
      'right-mid',
      'middle',
    ].map((side) => [side, '']),
  )
  const table = new Table({
    head: head.map(visibleLine),
    chars,
    colAligns: head.map((_, column) => (column === 0 ? 'left' : 'right')),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
  })
  table.push(...rows.map((row) => row.map(visibleLine)))
  return table.toString().replace(/ +$/gm, '')
}
