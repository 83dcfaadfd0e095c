import { expect, it } from 'vitest'
import { csv, writeFormulasAsText } from '#src/util/csv.js'

/** Cells, as they are in CSV, and as they are where formulas are texts. */
const cells: [cell: string | number, exact: string, safe?: string][] = [
  ['=1+1', '=1+1', "'=1+1"],
  [
    '=HYPERLINK("http://x","y")',
    '"=HYPERLINK(""http://x"",""y"")"',
    `"'=HYPERLINK(""http://x"",""y"")"`,
  ],
  ["+cmd|' /C calc'!A0", "+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"],
  ['-2+3', '-2+3', "'-2+3"],
  ['@SUM(1)', '@SUM(1)', "'@SUM(1)"],
  ['\t=1', '\t=1', "'\t=1"],
  ['\r=1', '"\r=1"', `"'\r=1"`],
  ['\n=1', '"\n=1"', `"'\n=1"`],
  ['＝1', '＝1', "'＝1"],
  ['-', '-', "'-"],
  ['--5', '--5', "'--5"],
  // Numbers stay numbers, and texts that begin otherwise stay as they are.
  [-5.5, '-5.5'],
  [NaN, ''],
  ['-5.5', '-5.5'],
  ['+1e3', '+1e3'],
  ['a=b', 'a=b'],
  ["'=1", "'=1"],
  ['', ''],
]

it('a text is exact, unless spreadsheets are to show it as a text', () => {
  const head = cells.map((_, k) => `c${k}`)
  const rows = [cells.map(([cell]) => cell)]
  const body = () => csv(head, rows).slice(head.join(',').length + 1, -1)
  expect(body()).toBe(cells.map(([, exact]) => exact).join(','))
  writeFormulasAsText()
  expect(body()).toBe(cells.map(([, exact, safe = exact]) => safe).join(','))
  expect(csv(['=a'], [])).toBe("'=a\n")
})
