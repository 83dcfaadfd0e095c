import type { FinishedRun } from '../run/finished-run.js'
import type { JudgeReport } from '../judge/judge-report.js'
import { answerOf } from './answer.js'
import { auditChapter } from './audit.js'
import { type Chapter, number, type ReportDocument } from './document.js'
import { runChapter } from './run-chapter.js'

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
  const several = runs.length + audits.length > 1 || leftOut !== undefined
  const ofRuns = runs.map((run, k): Chapter => {
    const chapter = runChapter(run, `run-${k + 1}`)
    return several ? { ...chapter, title: `${chapter.title} (${run.name})` } : chapter
  })
  const all = [
    ...ofRuns,
    ...audits.map(({ name, report }, k) => auditChapter(report, name, `audit-${k + 1}`)),
  ]
  return {
    title: several ? 'understudy: runs side by side' : all[0].title,
    chapters: [
      ...(several && (runs.length > 0 || leftOut !== undefined) ? [overview(runs, leftOut)] : []),
      ...all,
    ],
  }
}

function overview(runs: FinishedRun[], leftOut?: string): Chapter {
  const rows = runs.map(({ name, result }) => [
    name,
    answerOf(result).sentences[0],
    result.preset,
    result.provenance.dataset,
    result.judge,
    number(result.seeds.length, 0),
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
            head: ['run', 'answer', 'preset', 'data', 'judge', 'procedures'],
            rows,
          },
        ],
      },
    ],
  }
}
