import { questionsTo } from '../experiment/possible-questions.js'
import type { Preset } from '../experiment/preset.js'
import type { ReportedRow } from '../experiment/row.js'
import { type Audit, auditPrompts, auditTrial, trueQuestions } from '../judge/audit.js'
import { auditVerdict, percentOfN } from '../judge/sentences.js'
import { pooledShare, type Share } from '../util/statistics.js'
import { smoke } from './sizes.js'

const questionsPerSeed = 500

/**
 * Pairwise accuracy on held-out validation truth: of the judge, the best content, and the judge
 * where the map is wrong.
 */
export const judgeAudit: Preset = {
  name: 'judge-audit',
  title:
    'The judge against held-out truth (validation half): a later interaction against another cold item; chance .5',
  question: 'Do the answers carry information, and any that content does not have?',
  sizes: { smoke, full: { seeds: 5, settings: {} } },
  measurements: {
    steps: () => 1,
    *questions(trial) {
      const questions = trueQuestions(trial, 'validation', questionsPerSeed)
      yield questionsTo(trial, auditPrompts(trial, questions))
    },
    async measure(trial, step) {
      const { audit, questions } = await auditTrial(trial, questionsPerSeed)
      step()
      return [
        {
          name: 'judge',
          users: questions,
          calls: questions,
          failed: audit.unanswered,
          metrics: metricsOf(audit),
        },
        { name: 'content', failed: audit.unanswered, metrics: metricsOf(contentAlone(audit)) },
      ]
    },
  },
  comparisons: () => [],
  conclusion(rows) {
    const accuracy = pooled(rows, 'accuracy')
    const whereContentWrong = pooled(rows, 'where content wrong')
    return `the judge is right in ${percentOfN(accuracy)} questions, where the best content model is wrong in ${percentOfN(whereContentWrong)}: ${auditVerdict({ accuracy, whereContentWrong })}`
  },
}

function metricsOf({
  accuracy,
  whereContentWrong,
  whereContentRight,
}: Audit): Record<string, number> {
  return {
    accuracy: accuracy.share,
    'where content wrong': whereContentWrong.share,
    'where content right': whereContentRight.share,
    'n accuracy': accuracy.n,
    'n where content wrong': whereContentWrong.n,
  }
}

/** The audit of the best content model itself. */
function contentAlone(audit: Audit): Audit {
  const { contentAccuracy: accuracy, whereContentWrong, whereContentRight } = audit
  return {
    ...audit,
    accuracy,
    whereContentWrong: { ...whereContentWrong, share: 0 },
    whereContentRight: { ...whereContentRight, share: 1 },
  }
}

/** The judge's metric over all seeds. */
function pooled(rows: ReportedRow[], metric: string): Share {
  const judge = rows.filter(({ policy }) => policy === 'judge')
  return pooledShare(
    judge.map(({ metrics }) => ({ share: metrics[metric], n: metrics[`n ${metric}`] })),
  )
}
