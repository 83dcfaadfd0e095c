import type { ChatModel } from '../llm/chat-model.js'
import type { Prompt } from '../llm/chat-request.js'
import type { LlmConfig } from '../llm/config.js'
import { chatBackend } from '../llm/backends/index.js'
import { type Estimate, estimateCalls, type EstimateOptions, sumOf } from '../llm/estimate.js'
import { fixedPolicy } from '../policy/policy.js'
import { stream } from '../util/random.js'
import type { Arm, Selection } from './arm.js'
import { learningFeatures } from './policy-training.js'
import { onPart } from './run-arm.js'
import { fixedSelection } from './selection.js'
import type { Trial } from './trial.js'

/** Questions that could be put to one judge. */
export interface PossibleQuestions {
  judge: Pick<ChatModel, 'name'>
  /** Settings of the judge. */
  llm: LlmConfig
  prompts: AsyncIterable<Prompt>
}

/** Questions that could be put to the judge of a trial. */
export function questionsTo(
  { judge, setup }: Trial,
  prompts: AsyncIterable<Prompt>,
): PossibleQuestions {
  return { judge, llm: setup.config.llm, prompts }
}

/**
 * What asking these questions costs at most; each one counts once.
 * @param options.free - whether those of judges that cost nothing count too. Default: no
 */
export async function estimateQuestions(
  questions: Iterable<PossibleQuestions>,
  { free = false, ...options }: Omit<EstimateOptions, 'counted'> & { free?: boolean } = {},
): Promise<Estimate> {
  const counted = new Set<string>()
  let sum: Estimate | undefined
  for (const { judge, llm, prompts } of questions) {
    if (!free && chatBackend(llm).free) continue
    const own = await estimateCalls(prompts, judge, llm, { ...options, counted })
    if (own.calls > 0) sum = sum ? sumOf(sum, own) : own
  }
  return sum ?? { calls: 0, stored: 0, promptTokens: 0, answerTokens: 0 }
}

/** Everything that learning a policy could ask: it is not known beforehand whom it will ask. */
export function* learningQuestions(trial: Trial): Iterable<PossibleQuestions> {
  if (trial.setup.config.policy.judge === 'offline') return
  yield asking(trial, learningFeatures(trial).users)
}

/** Everything that an arm could ask, to learn and to choose included. */
export function* armQuestions(trial: Trial, arm: Arm): Iterable<PossibleQuestions> {
  const { users, settings = {}, view, sameBillAs } = arm
  if (users === undefined) return
  if (sameBillAs) yield* armQuestions(trial, sameBillAs)
  const part = onPart(trial, view).with(settings)
  const everybody = part.setup.features.users
  // As many more users as the other arm's bill pays for: at most all.
  const own = sameBillAs ? part.with({ policy: { budget: everybody.length } }) : part
  if ('policy' in users) return yield asking(own, fixedSelection(own, users.policy))
  const there = users.from === undefined ? own : onPart(trial, view, users.from).with(settings)
  if ('learned' in users) {
    yield* learningQuestions(there)
    return yield asking(own, everybody)
  }
  const chooser = users.under === 'run' ? onPart(trial, view, users.from) : there
  if (users.by === 'proxy') yield* proxyQuestions(chooser, users)
  for (const policy of users.bestOf) yield asking(own, fixedSelection(own, policy))
}

/** What `bestByProxy` asks. */
function* proxyQuestions(
  trial: Trial,
  { bestOf }: Extract<Selection, { bestOf: readonly string[] }>,
): Iterable<PossibleQuestions> {
  const { features, config } = trial.setup
  if (config.policy.judge === 'offline') return
  for (const policy of bestOf)
    yield asking(trial, fixedPolicy(policy).select(features, config.policy.budget, stream(0)))
}

function asking(trial: Trial, users: Int32Array): PossibleQuestions {
  return questionsTo(trial, trial.augmenter.prompts(users))
}
