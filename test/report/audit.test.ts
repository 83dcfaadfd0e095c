import { expect, it } from 'vitest'
import type { JudgeReport } from '#src/judge/judge-report.js'
import { auditChapter, auditRows, auditText } from '#src/report/audit.js'
import { textOf } from '#src/report/document.js'

const share = (share: number, n: number) => ({ share, n, standardError: 0.03 })

const report: JudgeReport = {
  judge: 'a judge',
  questions: 100,
  unanswered: 1,
  accuracy: share(0.75, 99),
  contentAccuracy: share(0.6, 99),
  whereContentWrong: share(0.7, 40),
  whereContentRight: share(0.78, 59),
  flipRate: share(0, 0),
  firstPositionShare: share(0.5, 198),
  addedBits: 0.1234,
  calibration: [{ claimed: 0.9, accuracy: share(0.8, 24) }],
  byHistory: [{ items: '1 to 3', accuracy: share(0.7, 33) }],
  byCategory: [{ category: `Toys\n${'x'.repeat(60)}`, accuracy: share(0.6, 20) }],
  passed: true,
  verdict: 'the verdict',
}
const names = [
  'right',
  'best content model right',
  'right where best content is wrong',
  'right where it is right',
  'first position chosen',
  'right, histories of 1 to 3 items',
  `right, Toys ${'x'.repeat(60)}`,
]

it('the rows hold every share that there are questions for, each on one line', () => {
  expect(auditRows(report).map(({ name }) => name)).toEqual(names)
  expect(auditRows(report)[2].share).toEqual(report.whereContentWrong)
})

it('the page has these rows, and a figure of the calibration', () => {
  const [{ tables, figures, paragraphs }] = auditChapter(report, 'a.json', 'audit-1').sections
  expect(tables![0].name).toBe('audit-1-shares')
  expect(tables![0].rows.map((row) => textOf(row[0]))).toEqual(names)
  expect(tables![0].rows[0].map(textOf)).toEqual(['right', '75.0 ± 3.0 %', '99'])
  expect(figures!.map(({ name }) => name)).toEqual(['audit-1-calibration'])
  expect(paragraphs![0]).toBe('the verdict')
  const none = auditChapter({ ...report, calibration: [] }, 'a.json', 'audit-1')
  expect(none.sections[0].figures).toBeUndefined()
})

it('the terminal has these rows, cut, with a bar each and the calibration', () => {
  const lines = auditText(report).split('\n')
  expect(lines[0]).toBe('a judge: 100 questions, 1 without a usable answer; chance 50 %')
  const all = [...names, 'right, where the margin claims 90 %']
  expect(lines.slice(3, -3).map((line) => line.slice(0, 47).trimEnd())).toEqual(
    all.map((name) => name.slice(0, 47)),
  )
  // 75 % lies in the 18th of 24 cells counted from 0, 72 % in the one before.
  expect(lines[3]).toMatch(/ 75\.0 ± 3\.0 % +99 +·{12}\|·{4}─●·{5}$/)
  expect(lines.at(-1)).toBe('the verdict')
})
