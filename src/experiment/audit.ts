import type { Asked } from '../augmentation/augmenter.js'
import { historyOf } from '../dataset/histories.js'
import { hasText } from '../dataset/content.js'
import type { Recommender } from '../evaluation/evaluate.js'
import { inFlightOf } from '../llm/model.js'
import { sampleDistinct, stream } from '../util/random.js'
import type { Half, Lab } from './lab.js'

/** A question with a known answer: a later interaction of the user against another cold item of the same half. */
export interface TrueQuestion {
  user: number
  chosen: number
  other: number
}

/** A share with its standard error, sqrt(p (1 - p) / n). */
export interface Share {
  share: number
  standardError: number
  n: number
}

/** Whether a judge's answers carry information. */
export interface Audit {
  /** Share of the questions whose answer is the truth; chance .5. */
  accuracy: Share
  /** The same where the content map is wrong: a judge that is a coin there adds nothing to it. */
  whereMapWrong: Share
  whereMapRight: Share
  /** Of the content map itself. */
  mapAccuracy: Share
  /** Questions without a usable answer. */
  unanswered: number
}

/** At most `count` questions of the half, one a user. */
export function trueQuestions(lab: Lab, half: Half, count: number): TrueQuestion[] {
  const { split, dataset } = lab.materials
  const { users, start, item } = split.relevant[half]
  const candidates = split.coldItems[half].filter((one) => hasText(dataset.items[one]))
  const order = sampleDistinct(users.length, users.length, stream(lab.seed, 'audit'))
  const questions: TrueQuestion[] = []
  for (const k of order) {
    const own = item.subarray(start[k], start[k + 1])
    const rng = stream(lab.seed, 'audit', dataset.userIds[users[k]])
    const chosen = own[rng.below(own.length)]
    const others = candidates.filter((one) => !own.includes(one) && !historyOf(split.train, users[k]).includes(one))
    if (!hasText(dataset.items[chosen]) || others.length === 0) continue
    questions.push({ user: users[k], chosen, other: others[rng.below(others.length)] })
    if (questions.length === count) break
  }
  return questions
}

/** Scores answers against the truth, by whether a content model is right. @param contentRight - of each question */
export function auditAnswers(questions: TrueQuestion[], answers: Pick<Asked, 'pair'>[], contentRight: boolean[]): Audit {
  const rows = questions.flatMap(({ chosen }, k) => {
    const answer = answers[k].pair
    return answer ? [{ right: answer.preferred === chosen, map: contentRight[k] }] : []
  })
  return {
    accuracy: shareOf(rows.map(({ right }) => right)),
    whereMapWrong: shareOf(rows.filter(({ map }) => !map).map(({ right }) => right)),
    whereMapRight: shareOf(rows.filter(({ map }) => map).map(({ right }) => right)),
    mapAccuracy: shareOf(rows.map(({ map }) => map)),
    unanswered: questions.length - rows.length,
  }
}

/** Whether the recommender scores the true item of each question higher. */
export function ranksRight(questions: TrueQuestion[], recommender: Recommender, candidates: Int32Array): boolean[] {
  const scores = new Float32Array(candidates.length)
  const position = new Map(Array.from(candidates, (item, k) => [item, k]))
  return questions.map(({ user, chosen, other }) => {
    recommender.score(Int32Array.of(user), candidates, scores)
    return scores[position.get(chosen)!] > scores[position.get(other)!]
  })
}

/** Asks the lab's judge; the order of the two items is drawn. @param onAnswer - called after each question */
export async function askTrueQuestions(lab: Lab, questions: TrueQuestion[], onAnswer?: () => void): Promise<Asked[]> {
  const answers: Asked[] = new Array<Asked>(questions.length)
  const waiting = questions.entries()
  const worker = async () => {
    for (const [k, { user, chosen, other }] of waiting) {
      const first = stream(lab.seed, 'audit order', k).uniform() < 0.5
      answers[k] = (await lab.augmenter.ask(user, [first ? [chosen, other] : [other, chosen]]))[0]
      onAnswer?.()
    }
  }
  await Promise.all(Array.from({ length: inFlightOf(lab.materials.config.llm) }, worker))
  return answers
}

/** Share of the true ones. */
export function shareOf(list: boolean[]): Share {
  const share = list.filter(Boolean).length / Math.max(1, list.length)
  return { share, standardError: Math.sqrt((share * (1 - share)) / Math.max(1, list.length)), n: list.length }
}

/** In one sentence. */
export function auditVerdict({ accuracy, whereMapWrong }: Audit): string {
  const clear = ({ share, standardError }: Share) => share - 1.96 * standardError > 0.5
  if (!clear(accuracy)) return 'its answers cannot be told from chance: do not pay for this judge'
  if (!clear(whereMapWrong)) return 'right where the content model is right, a coin (or worse) where it is wrong: adds nothing to content'
  return 'better than chance also where the content model is wrong: its answers carry information that content does not have'
}

/** "75.6 ± 2.8 %" */
export const show = ({ share, standardError }: Share) => `${(100 * share).toFixed(1)} ± ${(100 * standardError).toFixed(1)} %`
