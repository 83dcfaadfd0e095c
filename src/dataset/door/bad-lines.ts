import { basename } from 'node:path'
import { DataError } from '../../util/errors.js'
import type { FilesConfig } from '../config.js'
import type { FileLine } from '../file-line.js'
import { counted } from '../wording.js'

/** A line that cannot be used, and why. */
export interface BadLine {
  at: FileLine
  problem: string
}

/** Lines that cannot be used. */
export interface BadLines {
  count: number
  /** Some of them, the first ones among them. */
  some: BadLine[]
  /** Whether the file has no other lines. */
  all: boolean
}

/** Examples that a note gives. */
const shown = 3

/**
 * Refuses lines that cannot be used, unless the settings say to skip them.
 * @returns a sentence about those that are skipped
 * @throws DataError at the first of them, with the number of the others
 */
export function skipBadLines(
  { count, some, all }: BadLines,
  { badRows }: Pick<FilesConfig, 'badRows'>,
): string {
  const first = some
    .sort(({ at: a }, { at: b }) =>
      a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1,
    )
    .slice(0, shown)
  const most = badRows === 'refuse' ? 0 : badRows === 'skip' ? Infinity : badRows
  if (count > most || all) {
    const [{ at, problem }] = first
    const more = count > 1 ? `; ${counted(count - 1, 'more line')} cannot be used either` : ''
    const remedy = all ? '' : '; --bad-rows skip skips and counts such lines'
    throw new DataError(`${problem}${more}${remedy}`, at)
  }
  const inOne = some.every(({ at }) => at.file === some[0].at.file)
  const placeOf = ({ file, line }: FileLine) => `${inOne ? '' : `${basename(file)}, `}line ${line}`
  const examples = first.map(({ at, problem }) => `${placeOf(at)}: ${problem}`)
  return `${counted(count, 'line')} left out, the first: ${examples.join(' | ')}`
}
