import { historyOf } from '../dataset/histories.js'
import { type Audit, askTrueQuestions, auditAnswers, auditVerdict, ranksRight, type Share, shareOf, trueQuestions } from './audit.js'
import type { Lab } from './lab.js'

/** All that an audit says about a judge. */
export interface JudgeReport extends Audit {
  judge: string
  questions: number
  /** Share of the questions whose two orders chose the same position; of none where there is no order. */
  flipRate: Share
  /** Share of all answers that chose the option shown first; .5 without bias. */
  firstPositionShare: Share
  /** Information (bits a question) that an answer adds to what the content map already says of the truth. */
  addedBits: number
  /** By quarters of the margin: what the margin claims, mean of 1 / (1 + e^-margin), and how often it is right. */
  calibration: { claimed: number; accuracy: Share }[]
  byHistory: { items: string; accuracy: Share }[]
  /** The most frequent categories of the chosen items. */
  byCategory: { category: string; accuracy: Share }[]
  /** Whether the answers can be told from chance. */
  passed: boolean
  verdict: string
}

/** Puts at most `count` questions with known answers, each in both orders. @param onAnswer - called after each */
export async function auditJudge(lab: Lab, judge: string, count: number, onAnswer?: () => void): Promise<JudgeReport> {
  const both = lab.with({ augmentation: { bothOrders: true } })
  const { split, dataset, config } = lab.materials
  const questions = trueQuestions(both, 'validation', count)
  const answers = await askTrueQuestions(both, questions, onAnswer)
  const audit = auditAnswers(questions, answers, ranksRight(questions, lab.recommender(lab.mapContent()), split.coldItems.validation))
  const rows = questions.flatMap(({ user, chosen }, k) => {
    const { pair } = answers[k]
    const path = dataset.items[chosen].categories?.[0]
    const category = path?.[Math.min(config.features.categoryLevel, path.length) - 1]
    return pair ? [{ right: pair.preferred === chosen, margin: pair.margin, items: historyOf(split.train, user).length, category }] : []
  })
  const accuracy = (some: typeof rows) => shareOf(some.map(({ right }) => right))
  const sized = [...rows].sort((a, b) => a.items - b.items)
  const sure = rows.filter((row) => row.margin !== undefined).sort((a, b) => a.margin! - b.margin!)
  const named = [...new Set(rows.flatMap(({ category }) => category ?? []))]
  const categories = named.map((name) => [name, rows.filter(({ category }) => category === name)] as const)
  const read = answers.reduce((sum, { ordered }) => sum + ordered, 0)
  const first = answers.reduce((sum, one) => sum + one.first, 0) / Math.max(1, read)
  const report = {
    ...audit,
    judge,
    questions: questions.length,
    flipRate: shareOf(answers.flatMap(({ flipped }) => flipped ?? [])),
    firstPositionShare: { share: first, standardError: Math.sqrt((first * (1 - first)) / Math.max(1, read)), n: read },
    addedBits: addedBits(audit),
    calibration: parts(sure, 4).map((part) => ({ claimed: part.reduce((sum, { margin }) => sum + 1 / (1 + Math.exp(-margin!)), 0) / part.length, accuracy: accuracy(part) })),
    byHistory: parts(sized, 3).map((part) => ({ items: `${part[0].items} to ${part.at(-1)!.items}`, accuracy: accuracy(part) })),
    byCategory: categories.sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1)).slice(0, 5).map(([category, part]) => ({ category, accuracy: accuracy(part) })),
  }
  return { ...report, ...verdictOf(report) }
}

function verdictOf(report: Omit<JudgeReport, 'passed' | 'verdict'>): Pick<JudgeReport, 'passed' | 'verdict'> {
  const { accuracy, flipRate, firstPositionShare } = report
  const oneSided = firstPositionShare.n > 0 && (Math.abs(firstPositionShare.share - 0.5) > 0.45 || flipRate.share > 0.9)
  if (oneSided) return { passed: false, verdict: 'answers depend on order only: do not pay for this judge' }
  return { passed: accuracy.share - 1.96 * accuracy.standardError > 0.5, verdict: auditVerdict(report) }
}

/** H(truth | map) - H(truth | map, answer): from how often the map is right, and how often where the two agree and do not. */
export function addedBits({ mapAccuracy, whereMapRight, whereMapWrong }: Pick<Audit, 'mapAccuracy' | 'whereMapRight' | 'whereMapWrong'>): number {
  const m = mapAccuracy.share
  const [bothRight, mapAlone] = [m * whereMapRight.share, m * (1 - whereMapRight.share)]
  const [judgeAlone, bothWrong] = [(1 - m) * whereMapWrong.share, (1 - m) * (1 - whereMapWrong.share)]
  return entropy(m, 1 - m) - entropy(bothRight, bothWrong) - entropy(mapAlone, judgeAlone)
}

/** (p + q) times the entropy of {p, q} / (p + q), bits. */
function entropy(p: number, q: number): number {
  const part = (x: number) => (x > 0 ? -x * Math.log2(x / (p + q)) : 0)
  return part(p) + part(q)
}

/** As many parts of about the same size, in order; fewer where there is too little. */
function parts<T>(values: T[], count: number): T[][] {
  return Array.from({ length: count }, (_, k) => values.slice(Math.floor((k * values.length) / count), Math.floor(((k + 1) * values.length) / count))).filter((part) => part.length > 0)
}
