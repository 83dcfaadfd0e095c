import { topCutoff } from '../experiment/diagnosis.js'
import { bestByProxy, fixedSelection, proxiesEach, topPolicies } from '../experiment/selection.js'
import type { Setup } from '../experiment/setup.js'
import { stepTimer } from '../experiment/steps.js'
import { agreement, simulateAnswers } from '../experiment/simulated-judge.js'
import { Trial, type TrialOptions } from '../experiment/trial.js'
import { type PossibleQuestions, questionsTo } from '../experiment/possible-questions.js'
import { newBill } from '../llm/spending.js'
import type { TwoTowerModel } from '../two-tower/engine.js'
import type { Recommender } from '../two-tower/recommender.js'
import type { MakeProgress } from '../util/progress.js'
import { average } from '../util/statistics.js'
import type { WorkPlan } from '../util/time-left.js'
import { turn } from '../util/turn.js'
import type { Advice, AdviceFigures, ShelfGain } from './advice.js'
import { adviceDiagnostics } from './advice-diagnostics.js'
import { figuresOf, type Rehearsed } from './advice-figures.js'
import {
  askTrueQuestions,
  type Audit,
  auditAnswers,
  auditPrompts,
  ranksRight,
  trueQuestions,
} from './audit.js'
import { rehearseShelf, shelfRehearsal } from '../shelf/rehearse.js'
import { rehearsalOf } from './rehearsal.js'
import { simulatedGain } from './simulated-asking.js'
import { adviceVerdict } from './sentences.js'

/** Options of `advise`: a judge, an engine, and how much to measure. */
export interface AdviceOptions extends Omit<TrialOptions, 'seed' | 'onStep'> {
  /** Number of rehearsals, each with its own questions, start and order; at least 2. Default 3. */
  repetitions?: number
  /** Number of questions of the audit, over all rehearsals. Default 400. */
  auditQuestions?: number
  /**
   * Accuracy of a simulated judge with independent errors, in place of the real one. Default: the
   * real one.
   */
  simulate?: number
  /** Shows how far it is. */
  progress?: MakeProgress
}

const accuracies = [0.55, 0.65, 0.75, 0.85, 0.95]
/** Places of the lists whose hits are counted on the shelf. */
export const shelfLength = 10
const kindsOfErrors = ['independent', 'text-like'] as const

/**
 * Says whether to ask, before any money is spent: rehearses on known items that are pretended new,
 * audits the judge, and measures which accuracy would pay.
 * @throws InputError when the train part has too few late items to rehearse with
 * @example
 * const advice = await advise(setUp(await loadDataset()))
 * console.log(advice.verdict)
 */
export async function advise(setup: Setup, options: AdviceOptions = {}): Promise<Advice> {
  const rehearsal = rehearsalOf(setup)
  const budgets = budgetsOf(rehearsal)
  const { repetitions = 3, progress } = options
  const bar = progress?.('advise', 'steps', planOf(rehearsal, budgets, repetitions))
  const step = stepTimer((taken) => bar?.step(taken))
  const figures = await measured(rehearsal, budgets, options, step).finally(() => bar?.stop())
  const diagnostics = adviceDiagnostics(figures, setup)
  return { ...figures, diagnostics, verdict: adviceVerdict(figures) }
}

async function measured(
  rehearsal: Setup,
  budgets: number[],
  options: AdviceOptions,
  step: StepOf,
): Promise<AdviceFigures> {
  const { repetitions = 3, auditQuestions = 400, simulate, progress: _, ...run } = options
  const trials = trialsOn(rehearsal, repetitions, run)
  const questions = Math.ceil(auditQuestions / repetitions)
  const rows: Rehearsed[] = []
  for (const trial of trials) rows.push(await rehearse(trial, budgets, questions, simulate, step))
  const policies: string[] = []
  for (const trial of trials)
    policies.push(
      await bestByProxy(trial.withOfflineReader(), topPolicies(rehearsal), () => step('proxy')),
    )
  const simulated = `simulated, accuracy ${simulate}, independent errors`
  return figuresOf(rehearsal, budgets, rows, {
    shelf: shelfGains(trials[0], budgets, step),
    judge: simulate === undefined ? trials[0].judge.name : simulated,
    policy: mostFrequent(policies),
  })
}

/** Called after a step of a kind. */
type StepOf = (kind: string) => void
const fitOf = (users: number) => `fit, ${users} users`
const shelfOf = (users: number) => `shelf, ${users} users`

/** Steps by their kind; fits take longer the more users are asked. */
function planOf(rehearsal: Setup, budgets: number[], repetitions: number): WorkPlan {
  const [least] = budgets
  const perBudget = budgets.flatMap((users) => [
    [fitOf(users), { steps: 2 * repetitions * accuracies.length, cost: users / least }] as const,
    [shelfOf(users), { steps: accuracies.length, cost: users / least }] as const,
  ])
  return {
    kinds: {
      content: { steps: repetitions },
      audit: { steps: repetitions },
      proxy: { steps: repetitions * proxiesEach * topPolicies(rehearsal).length, cost: 0.1 },
      ...Object.fromEntries(perBudget),
    },
  }
}

/** Everything that `advise` asks the judge. */
export function* adviseQuestions(
  setup: Setup,
  options: AdviceOptions = {},
): Iterable<PossibleQuestions> {
  const { repetitions = 3, auditQuestions = 400, simulate, ...run } = options
  if (simulate !== undefined) return
  for (const trial of trialsOn(rehearsalOf(setup), repetitions, run)) {
    const questions = trueQuestions(trial, 'validation', Math.ceil(auditQuestions / repetitions))
    yield questionsTo(trial, auditPrompts(trial, questions))
  }
}

function trialsOn(rehearsal: Setup, repetitions: number, run: TrialOptions): Trial[] {
  const all = { ...run, bill: run.bill ?? newBill() }
  return Array.from({ length: repetitions }, (_, seed) => new Trial(rehearsal, { ...all, seed }))
}

function budgetsOf({ config, features }: Setup): number[] {
  const users = [1, 10 / 3, 10].map((times) => Math.round(times * config.policy.budget))
  return [...new Set(users.map((count) => Math.min(features.users.length, count)))]
}

/** Gains on the shelf of the rehearsal, of random users asked against known items. */
function shelfGains(trial: Trial, budgets: number[], step: StepOf): ShelfGain[] {
  const rehearsal = shelfRehearsal(trial)
  const shelf = rehearseShelf([rehearsal])
  const { pairsPerUser } = trial.setup.config.augmentation
  return budgets.flatMap((users) =>
    accuracies.map((accuracy) => {
      const random = { name: 'random' }
      const gain = simulatedGain(rehearsal, shelf, shelfLength, random, users, accuracy)
      step(shelfOf(users))
      return { users, questions: users * pairsPerUser, accuracy, gain }
    }),
  )
}

async function rehearse(
  trial: Trial,
  budgets: number[],
  auditQuestions: number,
  simulate: number | undefined,
  step: StepOf,
): Promise<Rehearsed> {
  const { ks } = trial.setup.config.evaluation
  const { rewardK } = trial.setup.config.policy
  const candidates = trial.setup.split.coldItems.test.length
  const recall = (model: TwoTowerModel | Recommender, k = rewardK) =>
    average(trial.coldRecall(model, 'test', k))
  const map = trial.fit('content-map')
  const free = trial.recommender(trial.fit('content'))
  const recalls = [...new Set([...ks, rewardK, shelfLength])]
    .filter((k) => k === rewardK || k < candidates)
    .sort((a, b) => a - b)
    .map((k) => ({ k, contentMap: recall(map, k), content: recall(free, k) }))
  const contentAt = (k: number) => recalls.find((one) => one.k === k)!.content
  const top = topCutoff(recalls.map(({ k }) => k))
  step('content')
  const audit = await auditAgainst(free, trial, auditQuestions, simulate)
  step('audit')
  const gains: Rehearsed['gains'] = []
  for (const users of budgets) {
    // Simulated answers need questions, but no real judge.
    const asked = trial.withOfflineReader().with({ policy: { budget: users } })
    const { pairs } = await asked.ask(fixedSelection(asked, 'random'))
    const questions = users * trial.setup.config.augmentation.pairsPerUser
    const right = agreement(pairs, trial.trainOnEverything())
    for (const errors of kindsOfErrors)
      for (const accuracy of accuracies) {
        const answers = simulateAnswers(pairs, right, { accuracy, errors }, trial.seed)
        const model = trial.fit('content', answers)
        const gainAt = (k: number) => recall(model, k) - contentAt(k)
        const shown = top < rewardK ? { top: { k: top, gain: gainAt(top) } } : {}
        gains.push({ users, questions, accuracy, errors, gain: gainAt(rewardK), ...shown })
        step(fitOf(users))
        await turn()
      }
  }
  return { recalls, audit, gains }
}

/** Audit of the real judge, or of one simulated at this accuracy. */
async function auditAgainst(
  free: Recommender,
  trial: Trial,
  count: number,
  simulate: number | undefined,
): Promise<Audit> {
  const questions = trueQuestions(trial, 'validation', count)
  const answers =
    simulate === undefined
      ? await askTrueQuestions(trial, questions)
      : simulateAnswers(
          questions.map(({ user, chosen, other }) => ({ user, preferred: chosen, other })),
          questions.map(() => true),
          { accuracy: simulate, errors: 'independent' },
          trial.seed,
        ).map((pair) => ({ pair }))
  const right = ranksRight(questions, free, trial.setup.split.coldItems.validation)
  return auditAnswers(questions, answers, right)
}

function mostFrequent(names: string[]): string {
  const count = (name: string) => names.filter((other) => other === name).length
  return [...names].sort((a, b) => count(b) - count(a))[0]
}
