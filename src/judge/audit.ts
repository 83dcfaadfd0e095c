import type { Asked } from '../augmentation/augmenter.js'
import type { Question } from '../augmentation/question.js'
import type { Prompt } from '../llm/chat-request.js'
import { historyOf } from '../dataset/histories.js'
import { hasText } from '../dataset/content.js'
import type { Recommender } from '../two-tower/recommender.js'
import { inFlightOf } from '../llm/model.js'
import { sampleDistinct, stream } from '../util/random.js'
import { type Share, shareOf } from '../util/statistics.js'
import { workOff } from '../util/work-off.js'
import type { Half } from '../evaluation/ranking-tasks.js'
import type { Trial } from '../experiment/trial.js'

/**
 * A question with a known answer: a later interaction of the user against another cold item of the
 * same half.
 */
export interface TrueQuestion {
  user: number
  chosen: number
  other: number
}

/** How much of what a judge answers is true, above all where content alone is wrong. */
export interface Audit {
  /** Share of the questions whose answer is the truth; chance is .5. */
  accuracy: Share
  /**
   * The same share among the questions that the content model gets wrong: a judge at chance here
   * adds nothing to content.
   */
  whereContentWrong: Share
  /** The same share among the questions that the content model gets right. */
  whereContentRight: Share
  /** Share of the questions that the content model gets right. */
  contentAccuracy: Share
  /** Number of questions without an answer that could be read. */
  unanswered: number
  /**
   * Number of questions that give no answer because their two orders chose the same position.
   * Absent = none.
   */
  contradicting?: number
}

/** At most `count` questions of the half, one a user. */
export function trueQuestions(trial: Trial, half: Half, count: number): TrueQuestion[] {
  const { split, dataset } = trial.setup
  const { users, start, item } = split.relevant[half]
  const candidates = split.coldItems[half].filter((one) => hasText(dataset.items[one]))
  const order = sampleDistinct(users.length, users.length, stream(trial.seed, 'audit'))
  const questions: TrueQuestion[] = []
  for (const k of order) {
    const own = item.subarray(start[k], start[k + 1])
    const rng = stream(trial.seed, 'audit', dataset.userIds[users[k]])
    const chosen = own[rng.below(own.length)]
    const others = candidates.filter(
      (one) => !own.includes(one) && !historyOf(split.train, users[k]).includes(one),
    )
    if (!hasText(dataset.items[chosen]) || others.length === 0) continue
    questions.push({ user: users[k], chosen, other: others[rng.below(others.length)] })
    if (questions.length === count) break
  }
  return questions
}

/**
 * Scores answers against the truth, by whether a content model is right.
 * @param contentRight - of each question
 */
export function auditAnswers(
  questions: TrueQuestion[],
  answers: Pick<Asked, 'pair' | 'flipped'>[],
  contentRight: boolean[],
): Audit {
  const rows = questions.flatMap(({ chosen }, k) => {
    const answer = answers[k].pair
    return answer ? [{ right: answer.preferred === chosen, map: contentRight[k] }] : []
  })
  return {
    accuracy: shareOfTrue(rows.map(({ right }) => right)),
    whereContentWrong: shareOfTrue(rows.filter(({ map }) => !map).map(({ right }) => right)),
    whereContentRight: shareOfTrue(rows.filter(({ map }) => map).map(({ right }) => right)),
    contentAccuracy: shareOfTrue(rows.map(({ map }) => map)),
    unanswered: answers.filter(({ pair, flipped }) => !pair && !flipped).length,
    contradicting: answers.filter(contradicts).length,
  }
}

/** Whether a question was answered in both orders, and yet gives no preference. */
export function contradicts({ pair, flipped }: Pick<Asked, 'pair' | 'flipped'>): boolean {
  return !pair && flipped === true
}

/** Whether the recommender scores the true item of each question higher. */
export function ranksRight(
  questions: TrueQuestion[],
  recommender: Recommender,
  candidates: Int32Array,
): boolean[] {
  const scores = new Float32Array(candidates.length)
  const position = new Map(Array.from(candidates, (item, k) => [item, k]))
  return questions.map(({ user, chosen, other }) => {
    recommender.score(Int32Array.of(user), candidates, scores)
    return scores[position.get(chosen)!] > scores[position.get(other)!]
  })
}

/**
 * Asks the trial's judge; the order of the two items is drawn.
 * @param onAnswer - called after each question
 */
export async function askTrueQuestions(
  trial: Trial,
  questions: TrueQuestion[],
  onAnswer?: () => void,
): Promise<Asked[]> {
  const answers: Asked[] = new Array<Asked>(questions.length)
  const inFlight = inFlightOf(trial.setup.config.llm, trial.options.runtime)
  await workOff(questions.entries(), inFlight, async ([k, question]) => {
    const asked = await trial.augmenter.ask(question.user, [inDrawnOrder(trial, question, k)])
    answers[k] = asked[0]
    onAnswer?.()
  })
  return answers
}

/** The prompts that `askTrueQuestions` would send; asks nothing. */
export async function* auditPrompts(
  trial: Trial,
  questions: readonly TrueQuestion[],
): AsyncIterable<Prompt> {
  for (const [k, question] of questions.entries())
    yield* trial.augmenter.promptsOf(question.user, [inDrawnOrder(trial, question, k)])
}

function inDrawnOrder({ seed }: Trial, { chosen, other }: TrueQuestion, k: number): Question {
  return stream(seed, 'audit order', k).uniform() < 0.5 ? [chosen, other] : [other, chosen]
}

/** Puts questions of the validation half to the trial's judge, and scores the answers. */
export async function auditTrial(
  trial: Trial,
  count: number,
): Promise<{ audit: Audit; questions: number }> {
  const questions = trueQuestions(trial, 'validation', count)
  const answers = await askTrueQuestions(trial, questions)
  return {
    audit: auditAnswers(questions, answers, contentRanksRight(trial, questions)),
    questions: questions.length,
  }
}

/** Whether the best content model scores the true item of each question higher. */
export function contentRanksRight(trial: Trial, questions: TrueQuestion[]): boolean[] {
  const content = trial.recommender(trial.fit('content'))
  return ranksRight(questions, content, trial.setup.split.coldItems.validation)
}

/** Share of the true ones. */
export function shareOfTrue(list: readonly boolean[]): Share {
  return shareOf(list.filter(Boolean).length, list.length)
}
