import { shelfAnswers, type Worth, worthOf } from '../shelf/worth.js'
import type { RehearsedShelf } from '../shelf/rehearse.js'
import type { ShelfQuestion } from '../shelf/questions.js'
import { askQuestions } from '../judge/ask-questions.js'
import type { MakeProgress } from '../util/progress.js'
import type { AskingPlan } from './asking.js'
import type { PreparedLaunch } from './prepare.js'
import { questionsTo, usersOf } from '../judge/simulated-asking.js'

/** Answers about new items. */
export interface AskedAnswers {
  /** What they say. */
  worth: Worth
  /** Questions without a usable answer. */
  unanswered: number
  /** Questions that say nothing because their two orders contradict each other. */
  contradicting: number
  /** Calls without one, by reason: a question may take several. */
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
  progress?: MakeProgress,
): Promise<AskedAnswers> {
  const { trial } = prepared
  const questions = launchQuestions(prepared, plan)
  const bar = progress?.('asking', 'questions', questions.length)
  const asked = await askQuestions(trial, questions, () => bar?.step()).finally(() => bar?.stop())
  const { pairs, contradicting, failures } = asked
  const unanswered = pairs.filter((pair) => pair === undefined).length - contradicting
  const worth = worthOf(shelfAnswers(questions, pairs), slope)
  return { worth, unanswered, contradicting, failures }
}
