import type { Prompt } from '../llm/chat-request.js'
import { type Estimate, estimateCalls, sumOf } from '../llm/estimate.js'
import type { Trial } from '../experiment/trial.js'
import { auditPrompts } from '../judge/audit.js'
import { shelfTrueQuestions } from '../judge/shelf-audit.js'
import { questionPrompts } from '../judge/ask-questions.js'
import { launchQuestions } from './ask.js'
import type { AskingOptions, AskingPlan } from './asking.js'
import type { PreparedLaunch } from './prepare.js'

/** Calls, tokens and cost of a launch: those of the audit, and those of asking. */
export interface Bill {
  audit: Estimate
  asking: Estimate
}

/**
 * Estimates what the audit and the questions of a launch cost at most; asks nothing.
 *
 * @param answers - folder of the answer store, whose answers are free. Default: none are stored
 */
export async function billOf(
  prepared: PreparedLaunch,
  plan: AskingPlan,
  { auditQuestions }: Pick<AskingOptions, 'auditQuestions'>,
  answers?: string,
): Promise<Bill> {
  const { rehearsals, shelf, trial } = prepared
  const rehearsal = rehearsals.at(-1)!
  const audited = shelfTrueQuestions(rehearsal, shelf!.weights, auditQuestions)
  const estimate = (own: Trial, prompts: AsyncIterable<Prompt>) =>
    estimateCalls(prompts, own.judge, own.setup.config.llm, {
      runtime: own.options.runtime,
      answers,
    })
  return {
    audit: await estimate(rehearsal.trial, auditPrompts(rehearsal.trial, audited)),
    asking: await estimate(trial, questionPrompts(trial, launchQuestions(prepared, plan))),
  }
}

/** All that a launch asks. */
export const totalOf = ({ audit, asking }: Bill): Estimate => sumOf(audit, asking)

/** Sum of two costs; absent where no price is known. */
export function totalCost({ audit, asking }: Bill): Estimate['cost'] {
  return asking.cost && { ...asking.cost, amount: asking.cost.amount + (audit.cost?.amount ?? 0) }
}
