import { percentOf } from '../judge/sentences.js'
import { type Share } from '../util/statistics.js'
import type { JudgeReport } from '../judge/judge-report.js'
import { type Chapter, number } from './document.js'
import { calibration } from './figures/calibration.js'
import { grid } from '../util/grid.js'

/** A share that an audit found. */
export interface AuditRow {
  /** E.g. `right where best content is wrong`. */
  name: string
  share: Share
}

/** How many questions gave no answer, and why. */
function unusedText({ unanswered, contradicting = 0 }: JudgeReport): string {
  const both = contradicting > 0 ? `, ${contradicting} whose two orders contradict each other` : ''
  return `${unanswered} without a usable answer${both}`
}

/** The shares of an audit that there are questions for, in the order of the tables. */
export function auditRows(report: JudgeReport): AuditRow[] {
  return asked([
    { name: 'right', share: report.accuracy },
    { name: 'best content model right', share: report.contentAccuracy },
    { name: 'right where best content is wrong', share: report.whereContentWrong },
    { name: 'right where it is right', share: report.whereContentRight },
    { name: 'two orders, same position (flip)', share: report.flipRate },
    { name: 'first position chosen', share: report.firstPositionShare },
    ...report.byHistory.map(({ items, accuracy }) => ({
      name: `right, histories of ${items} items`,
      share: accuracy,
    })),
    ...report.byCategory.map(({ category, accuracy }) => ({
      name: `right, ${category.replace(/\p{Cc}/gu, ' ')}`,
      share: accuracy,
    })),
  ])
}

/** The calibration of an audit as rows; a page has a figure of it instead. */
function calibrationRows({ calibration }: JudgeReport): AuditRow[] {
  return asked(
    calibration.map(({ claimed, accuracy }) => ({
      name: `right, where the margin claims ${(100 * claimed).toFixed(0)} %`,
      share: accuracy,
    })),
  )
}

const asked = (rows: AuditRow[]) => rows.filter(({ share }) => share.n > 0)

/**
 * The chapter on an audit.
 * @param file - name of the file that it comes from
 * @param anchor - name of the chapter; its table and figure are named `<anchor>-<name>`
 */
export function auditChapter(report: JudgeReport, file: string, anchor: string): Chapter {
  const shares = {
    name: `${anchor}-shares`,
    caption: 'Shares, ± one standard error',
    head: ['share', 'mean', 'n'],
    rows: auditRows(report).map(({ name, share }) => [
      name,
      { value: share.share, text: percentOf(share) },
      number(share.n, 0),
    ]),
  }
  const figure = calibration(report)
  return {
    name: anchor,
    title: `Audit of ${report.judge} (${file})`,
    sections: [
      {
        title: 'Do its answers carry information?',
        paragraphs: [
          report.verdict,
          `${report.questions} questions with a known answer, ` +
            `${unusedText(report)}; ` +
            `an answer adds ${report.addedBits.toFixed(3)} bits to what the best content model says. ` +
            'Chance is 50 %.',
        ],
        tables: [shares],
        ...(figure ? { figures: [{ ...figure, name: `${anchor}-${figure.name}` }] } : {}),
      },
    ],
  }
}

/** Characters of a share's name that a terminal shows. */
const nameWidth = 47

/** An audit as a person wants to see it in a terminal. */
export function auditText(report: JudgeReport): string {
  const { judge, questions, flipRate, addedBits, verdict } = report
  const rows = [...auditRows(report), ...calibrationRows(report)]
  return [
    `${judge}: ${questions} questions${flipRate.n > 0 ? ' in both orders' : ''}, ` +
      `${unusedText(report)}; chance 50 %`,
    '',
    grid(
      ['share', 'mean ± SE', 'n', '0 %       chance      100 %'],
      rows.map(({ name, share }) => [
        name.slice(0, nameWidth),
        percentOf(share),
        String(share.n),
        shareBar(share),
      ]),
    ),
    '',
    `an answer adds ${addedBits.toFixed(3)} bits to what the best content model says`,
    verdict,
  ].join('\n')
}

/** A share of 24 half cells with its standard error, over a mark at chance. */
function shareBar({ share, standardError }: Share): string {
  const width = 24
  const at = (x: number) => Math.max(0, Math.min(width - 1, Math.round(x * width - 0.5)))
  const cells = Array.from({ length: width }, (_, k): string => (k === width / 2 ? '|' : '·'))
  for (let k = at(share - standardError); k <= at(share + standardError); k++) cells[k] = '─'
  cells[at(share)] = '●'
  return cells.join('')
}
