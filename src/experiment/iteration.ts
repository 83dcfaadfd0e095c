import type { UserFeatures } from '../features/features.js'
import type { Episode, Proposal } from '../policy/learner.js'
import { stream } from '../util/random.js'
import { drawWalk, runEpisode } from './episode.js'
import { learningKey } from './keys.js'
import type { Trial } from './trial.js'

/** Called after each training; `kept`: its result was there from earlier work. */
export type OnTraining = (kept?: boolean) => void

/** A policy that is being learned. */
export interface Learning {
  trial: Trial
  /** Features of the candidates. */
  features: UserFeatures
  /** Key of what is learned: its iterations are kept under it. */
  key: object
  /** Each evaluated user's recall that rewards are compared with [n]. */
  baseline: Float64Array
  onTraining: OnTraining
}

/** The reward of an episode as JSON: of its users those that gained or lost, by position. */
interface KeptReward {
  reward: number
  userReward: [k: number, reward: number][]
}

const kind = 'iterations'

/** Key of a policy and its iterations. */
export const keyOf = (trial: Trial) => learningKey(trial, trial.options.judge?.name)

/**
 * Runs one episode for each proposal of an iteration, and keeps their rewards before the learner
 * has them. What was kept before is not computed again, but for the walks, which cost little.
 */
export async function runIteration(
  { trial, features, key, baseline, onTraining }: Learning,
  proposals: readonly Proposal[],
  [run, iteration]: [run: number, iteration: number],
): Promise<Episode[]> {
  const rngOf = (m: number) => stream(trial.seed, 'policy', run, iteration, m)
  let made = 0
  const rewards = await trial.memo.get(kind, { ...key, run, iteration }, async () => {
    const kept: KeptReward[] = []
    for (const [m, proposal] of proposals.entries()) {
      // A warm model for each run, so that a policy does not fit the accidents of a single one.
      const episode = await runEpisode(trial, features, proposal, baseline, run, rngOf(m))
      kept.push(toKept(episode))
      made++
      onTraining()
    }
    return kept
  })
  for (; made < proposals.length; made++) onTraining(true)
  return proposals.map((proposal, m) => ({
    proposal,
    walk: drawWalk(trial, proposal, rngOf(m)),
    ...fromKept(rewards[m], features.users.length),
  }))
}

/** The baseline of a policy's rewards, kept as its iterations are. */
export async function keptBaseline(
  { trial, key }: Pick<Learning, 'trial' | 'key'>,
  make: () => Promise<Float64Array>,
): Promise<Float64Array> {
  const kept = await trial.memo.get(kind, { ...key, baseline: true }, async () => [
    ...(await make()),
  ])
  return Float64Array.from(kept)
}

/** Removes what was kept while a policy was learned: the policy is kept now. */
export function forgetIterations(trial: Trial, key: object): void {
  const { runs, iterations } = trial.setup.config.policy
  trial.memo.forget(kind, { ...key, baseline: true })
  for (let run = 0; run < runs; run++)
    for (let iteration = 0; iteration < iterations; iteration++)
      trial.memo.forget(kind, { ...key, run, iteration })
}

function toKept({ reward, userReward }: Episode): KeptReward {
  const moved = [...userReward.keys()].filter((k) => userReward[k] !== 0)
  return { reward, userReward: moved.map((k) => [k, userReward[k]]) }
}

function fromKept({ reward, userReward: moved }: KeptReward, n: number) {
  const userReward = new Float64Array(n)
  for (const [k, value] of moved) userReward[k] = value
  return { reward, userReward }
}
