import type { Asked } from '../augmentation/augmenter.js'
import { historyOf } from '../dataset/histories.js'
import { type PossibleQuestions, questionsTo } from '../experiment/possible-questions.js'
import type { Trial } from '../experiment/trial.js'
import { average, type Share, shareOf } from '../util/statistics.js'
import {
  type Audit,
  askTrueQuestions,
  auditAnswers,
  auditPrompts,
  contentRanksRight,
  shareOfTrue,
  type TrueQuestion,
  trueQuestions,
} from './audit.js'
import { addsToContent, auditVerdict, fewestAnswers } from './sentences.js'

/** Report on a judge: its audit, its biases, its calibration, and a verdict. */
export interface JudgeReport extends Audit {
  /** Name of the judge. */
  judge: string
  /** Number of questions. */
  questions: number
  /**
   * Share of the questions whose two orders chose the same position; `n` is 0 where options have no
   * order.
   */
  flipRate: Share
  /** Share of all answers that chose the option shown first; .5 without bias. */
  firstPositionShare: Share
  /**
   * Information that an answer adds to what the best content already says of the truth, bits a
   * question.
   */
  addedBits: number
  /**
   * By quarters of the margin: the probability that it claims, mean of 1 / (1 + e^-margin), and how
   * often the answer is right. Empty where there are no margins.
   */
  calibration: { claimed: number; accuracy: Share }[]
  /** Accuracy by thirds of the length of the user's history; `items` is a range, e.g. `1 to 4`. */
  byHistory: { items: string; accuracy: Share }[]
  /** Accuracy by the category of the true item, for the five most frequent ones. */
  byCategory: { category: string; accuracy: Share }[]
  /** Whether its answers are better than chance, also where the content model is wrong. */
  passed: boolean
  /** The verdict in a sentence. */
  verdict: string
}

/**
 * Audits the judge of a trial: puts questions whose answer is known (a later interaction of a user,
 * against another cold item of the validation half) in both orders, and scores the answers.
 * @param count - most questions; one a user
 * @param onAnswer - called after each question
 * @throws ProviderError where the judge answers no more; InterruptedError when the signal fires
 * @example
 * const report = await auditJudge(new Trial(setup), 300)
 * console.log(report.accuracy.share, report.verdict)
 */
export async function auditJudge(
  trial: Trial,
  count: number,
  onAnswer?: () => void,
): Promise<JudgeReport> {
  const both = trial.with({ augmentation: { bothOrders: true } })
  const questions = trueQuestions(both, 'validation', count)
  const answers = await askTrueQuestions(both, questions, onAnswer)
  const audit = auditAnswers(questions, answers, contentRanksRight(trial, questions))
  const answered = answeredOf(trial, questions, answers)
  const read = answers.reduce((sum, { ordered }) => sum + ordered, 0)
  const first = answers.reduce((sum, one) => sum + one.first, 0)
  const report = {
    ...audit,
    judge: trial.judge.name,
    questions: questions.length,
    flipRate: shareOfTrue(answers.flatMap(({ flipped }) => flipped ?? [])),
    firstPositionShare: shareOf(first, read),
    addedBits: addedBits(audit),
    calibration: byMargin(answered),
    byHistory: byHistory(answered),
    byCategory: byCategory(answered),
  }
  return { ...report, ...verdictOf(report) }
}

/** Everything that `auditJudge` asks. */
export function auditQuestions(trial: Trial, count: number): PossibleQuestions {
  const both = trial.with({ augmentation: { bothOrders: true } })
  return questionsTo(both, auditPrompts(both, trueQuestions(both, 'validation', count)))
}

/** A question that got an answer. */
interface Answered {
  right: boolean
  margin: number | undefined
  /** Length of the user's history. */
  items: number
  /** Category of the chosen item. */
  category: string | undefined
}

function answeredOf(trial: Trial, questions: TrueQuestion[], answers: Asked[]): Answered[] {
  const { dataset, split, config } = trial.setup
  return questions.flatMap(({ user, chosen }, k) => {
    const { pair } = answers[k]
    if (!pair) return []
    const path = dataset.items[chosen].categories?.[0]
    return [
      {
        right: pair.preferred === chosen,
        margin: pair.margin,
        items: historyOf(split.train, user).length,
        category: path?.[Math.min(config.features.categoryLevel, path.length) - 1],
      },
    ]
  })
}

function accuracyOf(answered: Answered[]): Share {
  return shareOfTrue(answered.map(({ right }) => right))
}

function byMargin(answered: Answered[]): JudgeReport['calibration'] {
  const sure = answered
    .filter(({ margin }) => margin !== undefined)
    .sort((a, b) => a.margin! - b.margin!)
  return parts(sure, 4).map((part) => ({
    claimed: average(part.map(({ margin }) => 1 / (1 + Math.exp(-margin!)))),
    accuracy: accuracyOf(part),
  }))
}

function byHistory(answered: Answered[]): JudgeReport['byHistory'] {
  const sized = [...answered].sort((a, b) => a.items - b.items)
  return parts(sized, 3).map((part) => ({
    items: `${part[0].items} to ${part.at(-1)!.items}`,
    accuracy: accuracyOf(part),
  }))
}

function byCategory(answered: Answered[]): JudgeReport['byCategory'] {
  const named = [...new Set(answered.flatMap(({ category }) => category ?? []))]
  return named
    .map((name) => [name, answered.filter(({ category }) => category === name)] as const)
    .sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1))
    .slice(0, 5)
    .map(([category, part]) => ({ category, accuracy: accuracyOf(part) }))
}

function verdictOf(
  report: Omit<JudgeReport, 'passed' | 'verdict'>,
): Pick<JudgeReport, 'passed' | 'verdict'> {
  const { flipRate, firstPositionShare } = report
  const oneSided =
    (firstPositionShare.n >= fewestAnswers && Math.abs(firstPositionShare.share - 0.5) > 0.45) ||
    (flipRate.n >= fewestAnswers && flipRate.share > 0.9)
  if (oneSided)
    return {
      passed: false,
      verdict: 'the answers depend only on the order of the items: do not pay for this judge',
    }
  return {
    passed: addsToContent(report),
    verdict: auditVerdict(report),
  }
}

/**
 * H(truth | map) - H(truth | map, answer): from how often the map is right, and how often where the
 * two agree and do not.
 */
export function addedBits({
  contentAccuracy,
  whereContentRight,
  whereContentWrong,
}: Pick<Audit, 'contentAccuracy' | 'whereContentRight' | 'whereContentWrong'>): number {
  const m = contentAccuracy.share
  const [bothRight, contentAlone] = [m * whereContentRight.share, m * (1 - whereContentRight.share)]
  const [judgeAlone, bothWrong] = [
    (1 - m) * whereContentWrong.share,
    (1 - m) * (1 - whereContentWrong.share),
  ]
  return entropy(m, 1 - m) - entropy(bothRight, bothWrong) - entropy(contentAlone, judgeAlone)
}

/** (p + q) times the entropy of {p, q} / (p + q), bits. */
function entropy(p: number, q: number): number {
  const part = (x: number) => (x > 0 ? -x * Math.log2(x / (p + q)) : 0)
  return part(p) + part(q)
}

/** Parts of about the same size, in order; fewer where there are too few values. */
function parts<T>(values: T[], count: number): T[][] {
  return Array.from({ length: count }, (_, k) =>
    values.slice(
      Math.floor((k * values.length) / count),
      Math.floor(((k + 1) * values.length) / count),
    ),
  ).filter((part) => part.length > 0)
}
