import type { Dataset, Interactions } from '../dataset/dataset.js'
import { type Split, temporalCut } from '../dataset/split.js'
import { counted } from '../dataset/wording.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { setUp } from '../experiment/setup.js'
import { Trial, type TrialOptions } from '../experiment/trial.js'
import type { Calibration } from '../shelf/calibration.js'
import {
  type RehearsedShelf,
  rehearseShelf,
  type ShelfRehearsal,
  shelfRehearsal,
  signalSets,
} from '../shelf/rehearse.js'
import { UnderstudyError } from '../util/errors.js'
import type { StepsOfKind } from '../util/time-left.js'

/** Fewest new items and users with later interactions from which a rehearsal tells anything. */
const least = { newItems: 20, users: 50 }

/** Quantiles of time at which rehearsals cut. */
export const rehearsalCuts = [0.7, 0.85]

/** Steps of rehearsals by their kind, and what they cost on Amazon Beauty, seconds. */
export const rehearsalSteps = (cuts: readonly number[]): Record<string, StepsOfKind> => ({
  rehearsal: { steps: cuts.length, cost: 7 },
  calibration: { steps: cuts.length * signalSets.length, cost: 3 },
})

/** What rehearsals gave, or why there was none. */
export interface Rehearsed {
  shelf: RehearsedShelf | undefined
  rehearsals: ShelfRehearsal[]
  /** What was not rehearsed, and why, in sentences. */
  notes: string[]
}

/**
 * Rehearses the launch: at each cut, items first seen after it are pretended new. Without
 * timestamps there is no rehearsal: a random one would mislead (new items would have all their
 * interactions before them, as real ones have not).
 */
export function rehearseLaunch(
  { newItems: _, ...known }: Dataset,
  config: ExperimentConfig,
  options: TrialOptions & { cuts?: readonly number[] } = {},
  step: (kind: string, kept?: boolean) => void = () => undefined,
): Rehearsed {
  const { cuts = rehearsalCuts, ...run } = options
  const rehearsals: ShelfRehearsal[] = []
  const notes: string[] = []
  if (!known.interactions.timestamp) notes.push('no rehearsal: the interactions have no timestamps')
  else
    for (const quantile of cuts) {
      const split = { ...config.split, kind: 'temporal' as const, quantile }
      const said = tooFew(known.interactions, quantile) ?? attempt(known, { ...config, split }, run)
      step('rehearsal')
      if (typeof said !== 'string') {
        rehearsals.push(said)
        continue
      }
      notes.push(`no rehearsal at the ${100 * quantile} % cut: ${said}`)
      for (const _ of signalSets) step('calibration', true)
    }
  const calibrated = () => step('calibration')
  const shelf = rehearsals.length > 0 ? rehearseShelf(rehearsals, calibrated) : undefined
  return { shelf, rehearsals, notes }
}

/** What is missing after a cut, without a training; undefined where there may be enough. */
function tooFew({ timestamp, item, user }: Interactions, quantile: number): string | undefined {
  const cut = temporalCut(timestamp!, quantile)
  const before = new Set(item.filter((_, k) => timestamp![k] < cut))
  if (before.size === 0) return 'nothing lies before it'
  const later = [...item.keys()].filter((k) => !before.has(item[k]))
  return fewOf(new Set(later.map((k) => item[k])).size, new Set(later.map((k) => user[k])).size)
}

function fewOf(items: number, users: number): string | undefined {
  if (items >= least.newItems && users >= least.users) return undefined
  return (
    `${counted(items, 'item')} first seen after it, ${counted(users, 'user')} who chose one; ` +
    `at least ${least.newItems} and ${least.users} are needed (--rehearse 0.5 cuts earlier)`
  )
}

function attempt(
  dataset: Dataset,
  config: ExperimentConfig,
  run: TrialOptions,
): ShelfRehearsal | string {
  try {
    // The shelf asks nobody: a budget must not stop it.
    const setup = setUp(dataset, { ...config, policy: { ...config.policy, budget: 1 } }, [], [])
    const rehearsal = shelfRehearsal(new Trial(setup, run))
    const items = rehearsal.input.newItems.length
    return fewOf(items, rehearsal.laterNew.users.length) ?? rehearsal
  } catch (error) {
    if (error instanceof UnderstudyError) return error.message
    throw error
  }
}

/**
 * Where nothing could be rehearsed: the text signal alone, whose scale the exposure is then held
 * to.
 */
export const cautious: Calibration = {
  weights: { map: 0, text: 1, popularity: 0, intercept: 0 },
  slope: 1,
}

/** Share of new items in lists that were not rehearsed: that of the catalogue, at most a tenth. */
export function cautiousExposure({ warmItems, coldItems }: Split): number {
  const count = coldItems.all.length
  return Math.min(0.1, count / (count + warmItems.length))
}
