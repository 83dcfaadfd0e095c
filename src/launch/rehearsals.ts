import type { Dataset } from '../dataset/dataset.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { setUp } from '../experiment/setup.js'
import { Trial, type TrialOptions } from '../experiment/trial.js'
import type { Calibration } from '../shelf/calibration.js'
import { type RehearsedShelf, rehearseShelf, shelfRehearsal } from '../shelf/rehearse.js'
import type { ShelfRehearsal } from '../shelf/rehearse.js'
import { UnderstudyError } from '../util/errors.js'

/** Fewest new items and users with later interactions from which a rehearsal tells anything. */
const least = { newItems: 20, users: 50 }

/** Quantiles of time at which rehearsals cut. */
export const rehearsalCuts = [0.7, 0.85]

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
): Rehearsed {
  const { cuts = rehearsalCuts, ...run } = options
  const rehearsals: ShelfRehearsal[] = []
  const notes: string[] = []
  if (!known.interactions.timestamp) notes.push('no rehearsal: the interactions have no timestamps')
  else
    for (const quantile of cuts) {
      const said = attempt(
        known,
        { ...config, split: { ...config.split, kind: 'temporal', quantile } },
        run,
      )
      if (typeof said === 'string')
        notes.push(`no rehearsal at the ${100 * quantile} % cut: ${said}`)
      else rehearsals.push(said)
    }
  const shelf = rehearsals.length > 0 ? rehearseShelf(rehearsals) : undefined
  return { shelf, rehearsals, notes }
}

function attempt(
  dataset: Dataset,
  config: ExperimentConfig,
  run: TrialOptions,
): ShelfRehearsal | string {
  try {
    // The shelf asks nobody: a budget must not stop it.
    const setup = setUp(dataset, { ...config, policy: { ...config.policy, budget: 1 } })
    const rehearsal = shelfRehearsal(new Trial(setup, run))
    const items = rehearsal.input.newItems.length
    const users = rehearsal.laterNew.users.length
    if (items >= least.newItems && users >= least.users) return rehearsal
    return `${items} items first seen after it, ${users} users who chose one; at least ${least.newItems} and ${least.users} are needed`
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

/** Share of new items on a shelf that was not rehearsed. */
export const cautiousExposure = 0.1
