import type { Prompt } from '../llm/chat-request.js'
import { inFlightOf } from '../llm/model.js'
import type { Trial } from '../experiment/trial.js'
import type { ShelfQuestion } from '../shelf/questions.js'
import { contradicts } from './audit.js'
import { workOff } from '../util/work-off.js'
import type { Preference } from '../two-tower/pairs.js'

/** Outcomes of questions. */
export interface QuestionOutcomes {
  /** Of each question; absent where it got no usable answer. */
  pairs: (Preference | undefined)[]
  /** Number of questions that give no preference because their two orders contradict each other. */
  contradicting: number
  /** Calls without a usable answer, by reason: a question may take several. */
  failures: Map<string, number>
}

/**
 * Puts questions to the trial's judge, about several users at a time.
 * @param onAnswer - called after each question
 */
export async function askQuestions(
  trial: Trial,
  questions: readonly ShelfQuestion[],
  onAnswer?: () => void,
): Promise<QuestionOutcomes> {
  const pairs: QuestionOutcomes['pairs'] = questions.map(() => undefined)
  const failures = new Map<string, number>()
  let contradicting = 0
  const inFlight = inFlightOf(trial.setup.config.llm, trial.options.runtime)
  await workOff(byUser(questions), inFlight, async (places) => {
    const own = places.map((k) => questions[k])
    const asked = await trial.augmenter.ask(own[0].user, own.map(inDrawnOrder))
    contradicting += asked.filter(contradicts).length
    asked.forEach(({ pair, failures: reasons }, k) => {
      pairs[places[k]] = pair
      onAnswer?.()
      for (const reason of reasons) failures.set(reason, (failures.get(reason) ?? 0) + 1)
    })
  })
  return { pairs, contradicting, failures }
}

/** The prompts that `askQuestions` would send; asks nothing. */
export async function* questionPrompts(
  trial: Trial,
  questions: readonly ShelfQuestion[],
): AsyncIterable<Prompt> {
  for (const places of byUser(questions)) {
    const own = places.map((k) => questions[k])
    yield* trial.augmenter.promptsOf(own[0].user, own.map(inDrawnOrder))
  }
}

/** Every other question shows the known item first, for judges who are asked in one order alone. */
function inDrawnOrder({ item, other }: ShelfQuestion, k: number): readonly [number, number] {
  return k % 2 === 0 ? [item, other] : [other, item]
}

/** Places of the questions of each user. */
function byUser(questions: readonly ShelfQuestion[]): number[][] {
  const places = new Map<number, number[]>()
  questions.forEach(({ user }, k) => places.set(user, [...(places.get(user) ?? []), k]))
  return [...places.values()]
}
