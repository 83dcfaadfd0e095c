import type { Preset } from '../experiment/preset.js'
import type { ReportedRow } from '../experiment/row.js'
import { type Audit, auditTrial } from '../judge/audit.js'
import { auditVerdict, percentOf } from '../judge/sentences.js'
import { pooledShare, type Share } from '../util/statistics.js'
import { smoke } from './sizes.js'

const questionsPerSeed = 500

/**
 * Pairwise accuracy on held-out validation truth: of the judge, the content map, and the judge
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
        { name: 'content-map', failed: audit.unanswered, metrics: metricsOf(mapAlone(audit)) },
      ]
    },
  },
  comparisons: () => [],
  conclusion(rows) {
    const accuracy = pooled(rows, 'accuracy')
    const whereMapWrong = pooled(rows, 'where map wrong')
    return `the judge is right in ${percentOf(accuracy)} of ${accuracy.n} questions, where the content map is wrong in ${percentOf(whereMapWrong)} of ${whereMapWrong.n}: ${auditVerdict({ accuracy, whereMapWrong })}`
  },
}

function metricsOf({ accuracy, whereMapWrong, whereMapRight }: Audit): Record<string, number> {
  return {
    accuracy: accuracy.share,
    'where map wrong': whereMapWrong.share,
    'where map right': whereMapRight.share,
    'n accuracy': accuracy.n,
    'n where map wrong': whereMapWrong.n,
  }
}

/** The audit of the content map itself. */
function mapAlone(audit: Audit): Audit {
  const { mapAccuracy: accuracy, whereMapWrong, whereMapRight } = audit
  return {
    ...audit,
    accuracy,
    whereMapWrong: { ...whereMapWrong, share: 0 },
    whereMapRight: { ...whereMapRight, share: 1 },
  }
}

/** The judge's metric over all seeds. */
function pooled(rows: ReportedRow[], metric: string): Share {
  const judge = rows.filter(({ policy }) => policy === 'judge')
  return pooledShare(
    judge.map(({ metrics }) => ({ share: metrics[metric], n: metrics[`n ${metric}`] })),
  )
}
