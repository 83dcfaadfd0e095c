import { DataError } from '../util/errors.js'
import { eachLine, type LinesOptions } from './lines.js'
import type { ReadContext } from './sources/source.js'

/** What happens beside the reading. */
export interface ReadOptions
  extends Pick<LinesOptions, 'onBytes' | 'signal'>, Pick<ReadContext, 'changes' | 'followLinks'> {
  /** Called with a file that has bytes which are not UTF-8. */
  onDamaged?: (file: string) => void
}

/** Reads files line by line, blank lines left out. */
export function readContext(options: ReadOptions = {}): ReadContext {
  const { onBytes, signal, changes, followLinks, onDamaged } = options
  return {
    onBytes,
    signal,
    changes,
    followLinks,
    async lines(file, onLine, encoding) {
      // One object for all lines: whoever keeps a place must copy it.
      const at = { file, line: 0 }
      const take = (line: string, number: number) => {
        at.line = number
        if (line !== '') onLine(line, at)
      }
      const { lines, damaged } = await eachLine(file, take, { encoding, onBytes, signal })
      if (lines === 0) throw new DataError('the file is empty', { file })
      if (damaged) onDamaged?.(file)
    },
  }
}
