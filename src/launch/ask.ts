import type { Prompt } from '../llm/chat-request.js'
import { shelfAnswers, type Worth, worthOf } from '../shelf/worth.js'
import type { RehearsedShelf } from '../shelf/rehearse.js'
import type { ShelfQuestion } from '../shelf/questions.js'
import { inFlightOf } from '../llm/model.js'
import type { AskingPlan } from './asking.js'
import type { PreparedLaunch } from './prepare.js'
import { questionsTo, usersOf } from '../judge/simulated-asking.js'

/** Answers about new items. */
export interface AskedAnswers {
  /** What they say. */
  worth: Worth
  /** Questions without a usable answer, by reason. */
  failures: Map<string, number>
}

/** The questions of a launch about its new items, user by user. */
export function launchQuestions(
  { trial, input, weights }: PreparedLaunch,
  { policy, users }: Pick<AskingPlan, 'policy' | 'users'>,
): ShelfQuestion[] {
  return questionsTo(trial, input, { weights }, usersOf(trial, policy, users))
}

/** Asks the trial's judge, several users at a time. */
export async function askAboutNewItems(
  prepared: PreparedLaunch,
  { slope }: Pick<RehearsedShelf, 'slope'>,
  plan: AskingPlan,
): Promise<AskedAnswers> {
  const { trial } = prepared
  const questions = launchQuestions(prepared, plan)
  const pairs: Parameters<typeof shelfAnswers>[1][number][] = new Array(questions.length)
  const failures = new Map<string, number>()
  const waiting = byUser(questions).values()
  const worker = async () => {
    for (const places of waiting) {
      const own = places.map((k) => questions[k])
      const asked = await trial.augmenter.ask(own[0].user, own.map(inDrawnOrder))
      asked.forEach(({ pair, failures: reasons }, k) => {
        pairs[places[k]] = pair
        for (const reason of reasons) failures.set(reason, (failures.get(reason) ?? 0) + 1)
      })
    }
  }
  const inFlight = inFlightOf(trial.setup.config.llm, trial.options.runtime)
  await Promise.all(Array.from({ length: inFlight }, worker))
  return { worth: worthOf(shelfAnswers(questions, pairs), slope), failures }
}

/** The prompts that asking would send; asks nothing. */
export async function* promptsOf(
  { trial }: Pick<PreparedLaunch, 'trial'>,
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
