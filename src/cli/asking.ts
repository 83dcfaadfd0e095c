import type { Settings } from '../experiment/config.js'
import { estimateQuestions, type PossibleQuestions } from '../experiment/possible-questions.js'
import { refuseFailedJudge } from '../judge/last-verdict.js'
import { chatBackend } from '../llm/backends/index.js'
import { type Estimate, estimateLine } from '../llm/estimate.js'
import type { ChatOptions } from '../llm/model.js'
import { type AskingOptions, chatOptionsOf, onNotice, printJson } from './options.js'
import { sha256 } from '../util/sha256.js'

/** Options of the judge, within the limits that the flags set for the whole command. */
export function judgeOptionsOf(
  options: AskingOptions,
  { runtime }: Pick<Settings, 'runtime'>,
): ChatOptions {
  const { maxCalls, maxCost } = options
  // Processes that run the same command line at the same time count together.
  // A digest: the command may hold a secret, and bills are on disk.
  const bill = sha256(JSON.stringify([process.cwd(), ...process.argv.slice(2)]))
  return { ...chatOptionsOf(options, runtime), maxCalls, maxCost, bill }
}

/**
 * The gate of every command that asks.
 * @throws InputError for a judge that failed its last audit, unless --anyway or --dry-run is said
 */
export function checkJudge(
  { anyway, dryRun, answers }: AskingOptions,
  { config }: Pick<Settings, 'config'>,
): void {
  if (!anyway && !dryRun) refuseFailedJudge(config, answers, onNotice)
}

/** What is kept of a command that was stopped while it asked. */
export function answersKept({ answers }: AskingOptions, config: Settings['config']): string {
  return chatBackend(config.llm).free ? 'nothing is kept' : `the answers so far are in ${answers}`
}

/**
 * Says on stderr what asking costs at most, before the first question; nothing of a judge that
 * costs nothing. With --dry-run says it on stdout instead.
 * @param judge - its name
 * @param about - how many users the questions are about, where it is known
 * @returns whether to go on
 */
export async function sayPrice(
  judge: string,
  questions: Iterable<PossibleQuestions>,
  { config, runtime }: Settings,
  options: AskingOptions & { batch?: boolean },
  about?: { users: number },
): Promise<boolean> {
  const { answers, dryRun, replay, batch } = options
  const free = chatBackend(config.llm).free
  if (!dryRun && (free || replay)) return true
  const estimate = await estimateQuestions(questions, {
    runtime: runtime.llm,
    answers,
    batch,
    free,
  })
  if (dryRun) printDryRun(judge, estimate, { free, batch, json: options.json, about })
  else if (estimate.calls > 0) onNotice(estimateLine(judge, estimate, { batch }))
  return !dryRun
}

/** Prints what --dry-run found out, on stdout. */
export function printDryRun(
  judge: string,
  estimate: Estimate,
  how: { free?: boolean; batch?: boolean; json?: boolean; about?: { users: number } },
): void {
  const { free, batch, json, about } = how
  if (json) return printJson({ judge, ...about, ...estimate })
  const users = about && `about ${about.users} users`
  process.stdout.write(estimateLine(judge, estimate, { free, batch, about: users }) + '\n')
}
