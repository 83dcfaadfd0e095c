import { describe, expect, it } from 'vitest'
import { CsvSplitter } from '#src/dataset/sources/csv-splitter.js'

function rows(...lines: string[]) {
  const out: [number, ...string[]][] = []
  const splitter = new CsvSplitter('mine.csv', ',', (cells, { line }) => out.push([line, ...cells]))
  lines.forEach((line, k) => splitter.push(line, { file: 'mine.csv', line: k + 1 }))
  splitter.end()
  return out
}

describe('CsvSplitter', () => {
  it('reads quotes after RFC 4180, and says on which line each row began', () => {
    expect(rows('a,b', '"x, ""y""",12" record', '"two', 'lines",c', 'd,"e"', 'f,')).toEqual([
      [1, 'a', 'b'],
      [2, 'x, "y"', '12" record'],
      [3, 'two\nlines', 'c'],
      [5, 'd', 'e'],
      [6, 'f', ''],
    ])
  })

  it('reads a quoted cell across the border between two batches', () => {
    const long = 'x'.repeat(700_000)
    expect(
      rows('a,b', `"${long}`, `${long}",c`, 'd,e').map(([line, first]) => [
        line,
        String(first).length,
      ]),
    ).toEqual([
      [1, 1],
      [2, 1_400_001],
      [4, 1],
    ])
    expect(() => rows('a,b', '"c', ...Array<string>(30).fill('x'.repeat(100_000)))).toThrow(
      /mine\.csv:2: .*never closed/,
    )
  })
})
