import type { FinishedRun, UserRecalls } from '../run/finished-run.js'
import type { RunResult } from '../run/result.js'
import { InputError, quote } from '../util/errors.js'
import { featureWeights } from './figures/feature-weights.js'
import { featureForest } from './figures/feature-forest.js'
import type { Figure } from './figures/figure.js'
import { forest } from './figures/forest.js'
import { learningCurve } from './figures/learning-curve.js'
import { recallByArm } from './figures/recall-by-arm.js'
import { recallByBudget } from './figures/recall-by-budget.js'
import { selectedUsers } from './figures/selected-users.js'
import { tradeOff } from './figures/trade-off.js'
import { userGains } from './figures/user-gains.js'

export type { Figure } from './figures/figure.js'

/** Makes a figure of a run, or none where the run does not have the numbers for it. */
type MakeFigure = (result: RunResult, users: UserRecalls) => Figure | undefined

/** Makers of the figures, in the order of a report. */
const makers: MakeFigure[] = [
  recallByArm,
  recallByBudget,
  forest,
  featureForest,
  tradeOff,
  learningCurve,
  featureWeights,
  selectedUsers,
  userGains,
]

/**
 * All figures that a run has the numbers for, in the order of a report.
 * @param users - recalls of single users; figures that need them are left out without
 */
export function figuresOf(result: RunResult, users: UserRecalls = new Map()): Figure[] {
  return makers.flatMap((make) => make(result, users) ?? [])
}

/**
 * One figure of a run, by name.
 * @throws InputError for a name that the run has no figure of, listing those that there are
 * @example
 * const run = await runExperiment('policy-vs-baselines', { size: 'smoke' })
 * await show(figureOf(run, 'recall'))
 */
export function figureOf(
  { result, users }: Pick<FinishedRun, 'result' | 'users'>,
  name: string,
): Figure {
  const figures = figuresOf(result, users)
  const found = figures.find((figure) => figure.name === name)
  if (found) return found
  const names = figures.map((figure) => figure.name).join(', ')
  throw new InputError(`this run has no figure ${quote(name)}; it has ${names}`)
}
