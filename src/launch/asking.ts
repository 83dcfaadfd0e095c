import { askTrueQuestions, type Audit, auditAnswers } from '../judge/audit.js'
import { addsToContent, auditVerdict, percentOfN } from '../judge/sentences.js'
import { shelfTrueQuestions } from '../judge/shelf-audit.js'
import type { RehearsedShelf, ShelfRehearsal } from '../shelf/rehearse.js'
import type { Hits } from '../judge/hits.js'
import type { MakeProgress } from '../util/progress.js'
import { chatBackend } from '../llm/backends/index.js'
import {
  bestPolicy,
  type ChosenPolicy,
  judgedGain,
  simulatedGain,
} from '../judge/simulated-asking.js'

/** Whether, and whom, a launch may ask. */
export interface AskingOptions {
  /** `auto`: only where the rehearsal says that it pays. Default. */
  mode?: 'auto' | 'always' | 'never'
  /** Users who may be asked about. */
  users: number
  /** Who is asked: a policy as `select` takes it. Default: the best on the rehearsal. */
  policy?: string
  /** Questions of the judge's audit on the rehearsal. */
  auditQuestions: number
}

/** A judge of known accuracy, and what its answers gained on the rehearsal. */
export interface GainAt {
  accuracy: number
  /** Difference in hits. */
  gain: Hits
}

/** Whom a launch would ask what, and what answers would give; asks nobody. */
export interface AskingPlan {
  policy: ChosenPolicy
  users: number
  /** Questions, each of which may take several calls. */
  questions: number
  /** Gains of SIMULATED judges on the rehearsal. */
  gains: GainAt[]
}

/** Whether to ask, and what says so. */
export interface AskingDecision {
  /** Name of the judge. */
  judge: string
  /** The judge on questions with known answers. */
  audit: Audit
  ask: boolean
  verdict: string
  /** Absent where the audit alone says no. */
  plan?: AskingPlan
  /**
   * The gain of the judge's own answers on the rehearsal where they are free, else that of a
   * simulated judge of its accuracy; absent as the plan is.
   */
  gain?: Hits
}

/** Accuracies of the simulated judges. */
const accuracies = [0.6, 0.7, 0.8, 0.9]

/** What a launch would ask and what to expect of it; asks nobody. */
export async function planAsking(
  rehearsal: ShelfRehearsal,
  shelf: RehearsedShelf,
  k: number,
  { users, policy }: AskingOptions,
): Promise<AskingPlan> {
  const { trial } = rehearsal
  const most = Math.min(users, trial.setup.features.users.length)
  const chosen = await bestPolicy(rehearsal, shelf, most, policy)
  const gains = accuracies.map((accuracy) => ({
    accuracy,
    gain: simulatedGain(rehearsal, shelf, k, chosen, most, accuracy),
  }))
  const questions = most * trial.setup.config.augmentation.pairsPerUser
  return { policy: chosen, users: most, questions, gains }
}

/**
 * Audits the judge on the rehearsal, and decides.
 * @param planned - what it would ask. Default: planned if the audit says so
 */
export async function decideToAsk(
  rehearsal: ShelfRehearsal,
  shelf: RehearsedShelf,
  k: number,
  options: AskingOptions,
  progress?: MakeProgress,
  planned?: AskingPlan,
): Promise<AskingDecision> {
  const { trial } = rehearsal
  const questions = shelfTrueQuestions(rehearsal, shelf.weights, options.auditQuestions)
  const bar = progress?.('audit', 'questions', questions.length)
  const answers = await askTrueQuestions(trial, questions, () => bar?.step()).finally(() =>
    bar?.stop(),
  )
  const right = questions.map(({ contentRight }) => contentRight)
  const audit = auditAnswers(questions, answers, right)
  const informed = addsToContent(audit)
  const always = options.mode === 'always'
  const said = { judge: trial.judge.name, audit }
  if (!informed && !always)
    return { ...said, ask: false, verdict: `do not ask: ${auditVerdict(audit)}` }
  const plan = planned ?? (await planAsking(rehearsal, shelf, k, options))
  const accuracy = Math.min(1, Math.max(0.5, audit.accuracy.share))
  const { free } = chatBackend(trial.setup.config.llm)
  const gain = free
    ? await judgedGain(rehearsal, shelf, k, plan.policy, plan.users)
    : simulatedGain(rehearsal, shelf, k, plan.policy, plan.users, accuracy)
  const ask = always || (informed && gain.interval[0] > 0)
  return { ...said, plan, gain, ask, verdict: verdictOf(audit, informed, gain, k, always) }
}

function verdictOf(
  audit: Audit,
  informed: boolean,
  gain: Hits,
  k: number,
  always: boolean,
): string {
  if (!informed) return `asked because of --ask always; its audit says: ${auditVerdict(audit)}`
  const signed = (x: number) => (x < 0 ? '' : '+') + x.toFixed(1)
  const why =
    `on the rehearsal a judge right in ${percentOfN(audit.accuracy)} questions gave ` +
    `${signed(gain.per1000)} hits per 1,000 users in lists of ${k} ` +
    `(95 %: ${gain.interval.map(signed).join(' to ')})`
  if (gain.interval[0] > 0) return `ask: ${why}`
  return always ? `asked because of --ask always; ${why}` : `do not ask: ${why}`
}
