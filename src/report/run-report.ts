import type { FinishedRun } from '../run/finished-run.js'
import type { JudgeReport } from '../judge/judge-report.js'
import { auditChapter } from './audit.js'
import { type Chapter, number, type ReportDocument } from './document.js'
import { runChapter } from './run-chapter.js'
import { headline } from './table.js'

/**
 * The report on some runs and audits: a chapter each, and an overview where there are several.
 * @param audits - each with the name of its file
 * @param leftOut - says which are left out, where some are damaged
 */
export function reportDocument(
  runs: FinishedRun[],
  audits: { name: string; report: JudgeReport }[],
  leftOut?: string,
): ReportDocument {
  const chapters = runs.map((run, k) => runChapter(run, `run-${k + 1}`))
  const several = runs.length + audits.length > 1 || leftOut !== undefined
  return {
    title: several
      ? 'understudy: runs side by side'
      : `understudy: ${runs[0]?.result.preset ?? 'judge audit'}`,
    chapters: [
      ...(several && (runs.length > 0 || leftOut !== undefined) ? [overview(runs, leftOut)] : []),
      ...chapters,
      ...audits.map(({ name, report }, k) => auditChapter(report, name, `audit-${k + 1}`)),
    ],
  }
}

function overview(runs: FinishedRun[], leftOut?: string): Chapter {
  const rows = runs.map(({ name, result }) => [
    name,
    result.preset,
    result.provenance.dataset,
    result.judge,
    number(result.seeds.length, 0),
    headline(result),
  ])
  return {
    name: 'overview',
    title: 'Overview',
    sections: [
      {
        title: 'Runs',
        paragraphs: leftOut === undefined ? [] : [leftOut],
        tables: [
          {
            name: 'runs',
            caption: 'What was run, and its answer in a sentence',
            head: ['run', 'preset', 'data', 'judge', 'procedures', 'answer'],
            rows,
          },
        ],
      },
    ],
  }
}
