import { type Audit, askTrueQuestions, auditAnswers, auditVerdict, ranksRight, type Share, show, trueQuestions } from '../audit.js'
import type { Lab } from '../lab.js'
import type { Preset, TrialRow } from '../trial.js'
import { smoke } from './sizes.js'

const questionsPerSeed = 500

/** Pairwise accuracy on held-out validation truth: of the judge, the content map, and the judge where the map is wrong. */
export const judgeAudit: Preset = {
  name: 'judge-audit',
  title: 'The judge against held-out truth (validation half): a later interaction against another cold item; chance .5',
  question: 'Do the answers carry information, and any that content does not have?',
  sizes: { smoke, full: { seeds: 5, settings: {} } },
  steps: () => 1,
  async run(lab, step) {
    const questions = trueQuestions(lab, 'validation', questionsPerSeed)
    const mapRight = ranksRight(questions, lab.recommender(lab.mapContent()), lab.materials.split.coldItems.validation)
    const audit = auditAnswers(questions, await askTrueQuestions(lab, questions), mapRight)
    step()
    return [row(lab, 'judge', audit, questions.length), row(lab, 'content-map', { ...audit, accuracy: audit.mapAccuracy, whereMapWrong: { ...audit.whereMapWrong, share: 0 }, whereMapRight: { ...audit.whereMapRight, share: 1 } }, 0)]
  },
  comparisons: () => [],
  conclusion(rows) {
    const judge = rows.filter(({ policy }) => policy === 'judge')
    const pooled = (metric: string): Share => {
      const n = judge.reduce((sum, { metrics }) => sum + metrics[`n ${metric}`], 0)
      const share = judge.reduce((sum, { metrics }) => sum + metrics[metric] * metrics[`n ${metric}`], 0) / Math.max(1, n)
      return { share, standardError: Math.sqrt((share * (1 - share)) / Math.max(1, n)), n }
    }
    const [accuracy, whereMapWrong] = [pooled('accuracy'), pooled('where map wrong')]
    return `the judge is right in ${show(accuracy)} of ${accuracy.n} questions, where the content map is wrong in ${show(whereMapWrong)} of ${whereMapWrong.n}: ${auditVerdict({ accuracy, whereMapWrong } as Audit)}`
  },
}

function row({ seed }: Lab, policy: string, { accuracy, whereMapWrong, whereMapRight, unanswered }: Audit, calls: number): TrialRow {
  const metrics = { accuracy: accuracy.share, 'where map wrong': whereMapWrong.share, 'where map right': whereMapRight.share, 'n accuracy': accuracy.n, 'n where map wrong': whereMapWrong.n }
  return { policy, seed, factors: {}, users: calls, calls, learningCalls: 0, failed: unanswered, trainings: 1, metrics, validation: NaN, userRecall: '' }
}
