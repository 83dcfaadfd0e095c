import { learners } from '../policy/learners/index.js'
import { type Setup } from '../experiment/setup.js'
import { type TrialRow } from '../experiment/row.js'
import { chanceRecall } from '../evaluation/evaluate.js'
import { pairedT, repetitionsNeeded, average } from '../util/statistics.js'
import type { LearningRun } from '../policy/learned-policy.js'

/** A reason to be careful with the results of a run. */
export interface Diagnosis {
  /** Name of the check that fired. */
  name:
    | 'collapse'
    | 'noisy-reward'
    | 'warm-harm'
    | 'no-significance'
    | 'weak-warm-model'
    | 'judge-at-chance'
    | 'saturation'
  /** The value that was measured, and the threshold. */
  finding: string
  /** What to do about it. */
  remedy: string
}

/** Measurements that the checks look at. */
export interface Evidence {
  rows: TrialRow[]
  setup: Setup
  /** Warm recall@K of popularity, K the largest cut-off. */
  popularityWarmRecall: number
}

/** The findings of all checks that fire. */
export function diagnose(evidence: Evidence): Diagnosis[] {
  return [
    collapse,
    noisyReward,
    warmHarm,
    noSignificance,
    weakWarmModel,
    judgeAtChance,
    saturation,
  ].flatMap((check) => check(evidence) ?? [])
}

const percent = (x: number) => `${(100 * x).toFixed(1)} %`
/** Rows of an arm; those of a preset that varies something else are not one arm. */
const of = (rows: TrialRow[], policy: string) =>
  rows.filter((row) => row.policy === policy && Object.keys(row.factors).length === 0)
const meanOf = (rows: TrialRow[], metric: string) => average(rows.map((row) => row.metrics[metric]))
const largestK = ({ config }: Setup) => Math.max(...config.evaluation.ks)

/**
 * A sampling policy that is sure of nearly every user, and took hardly more users than one
 * selection holds, no longer explores.
 */
function collapse({ rows, setup: { config } }: Evidence): Diagnosis | undefined {
  if (learners.get(config.policy.learner).space === 'parameter') return undefined
  const runs = rows.flatMap(({ learned }) => learned?.runs ?? [])
  const collapsed = runs.filter(
    ({ overlaps, effectiveUsers, entropy }) =>
      (overlaps.at(-1) ?? 0) > 0.95 &&
      (effectiveUsers < 1.5 * config.policy.budget || entropy < 0.05),
  )
  if (runs.length === 0 || collapsed.length < runs.length / 2) return undefined
  const worst = collapsed.sort((a, b) => a.effectiveUsers - b.effectiveUsers)[0]
  return {
    name: 'collapse',
    finding: `${collapsed.length} of ${runs.length} learning runs ended on the same users: overlap ${percent(worst.overlaps.at(-1)!)} (> 95 %), ${worst.effectiveUsers.toFixed(0)} effective users (< ${1.5 * config.policy.budget}) or entropy ${worst.entropy.toFixed(3)} nats (< .05)`,
    remedy: 'raise policy.temperature, lower policy.learningRate, or use --set policy.learner=pgpe',
  }
}

/**
 * Tells learning from noise: the change of the mean reward from the first to the last iteration,
 * against the error of that change.
 */
function noisyReward({ rows, setup: { config } }: Evidence): Diagnosis | undefined {
  const runs = rows
    .flatMap(({ learned }) => learned?.runs ?? [])
    .filter(({ rewards }) => rewards.length > 1)
  if (runs.length === 0) return undefined
  const gain = average(runs.map(({ rewards }) => rewards.at(-1)! - rewards[0]))
  const error = Math.sqrt(average(runs.map((run) => errorOfGain(run, config.policy.episodes))))
  if (gain > 2 * error) return undefined
  return {
    name: 'noisy-reward',
    finding: `from the first to the last iteration the mean reward of a run moved by ${gain.toFixed(4)}, within twice its standard error ${error.toFixed(4)} at M = ${config.policy.episodes}`,
    remedy:
      'raise policy.episodes or policy.iterations, or use --set policy.learner=pgpe, which perturbs weights instead of users',
  }
}

function errorOfGain({ deviations }: LearningRun, episodes: number): number {
  return (deviations[0] ** 2 + deviations.at(-1)! ** 2) / episodes
}

function warmHarm({ rows, setup }: Evidence): Diagnosis | undefined {
  const metric = `warm:recall@${largestK(setup)}`
  const none = meanOf(of(rows, 'none'), metric)
  const harmed = [...new Set(rows.map(({ policy }) => policy))]
    .map((policy) => ({ policy, loss: 1 - meanOf(of(rows, policy), metric) / none }))
    .filter(({ loss }) => loss > 0.02)
  if (harmed.length === 0 || !(none > 0)) return undefined
  const worst = harmed.sort((a, b) => b.loss - a.loss)[0]
  return {
    name: 'warm-harm',
    finding: `${metric} of ${worst.policy} is ${percent(worst.loss)} below that without augmentation (> 2 %)`,
    remedy: 'use --set model.pairGradient=items, or lower model.pairWeight',
  }
}

function noSignificance({ rows, setup }: Evidence): Diagnosis | undefined {
  const [learned, other] = [of(rows, 'learned'), of(rows, 'best-feature')]
  if (learned.length < 2 || learned.length !== other.length) return undefined
  const metric = `cold:recall@${setup.config.policy.rewardK}`
  const read = (list: TrialRow[]) => list.map((row) => row.metrics[metric] ?? row.validation)
  const { p, effectSize, relative } = pairedT(read(learned), read(other))
  if (p < 0.05) return undefined
  const needed =
    Number.isFinite(effectSize) && effectSize !== 0
      ? String(repetitionsNeeded(effectSize))
      : 'any number of'
  return {
    name: 'no-significance',
    finding: `learned against the best feature: ${percent(relative)}, p = ${p.toFixed(3)} (>= .05) over ${learned.length} procedures`,
    remedy: `an effect of this size would show at 80 % power with ${needed} procedures: --seeds ${needed}, or more trainings each (--set evaluation.trainings=10)`,
  }
}

function weakWarmModel({ rows, setup, popularityWarmRecall }: Evidence): Diagnosis | undefined {
  const metric = `warm:recall@${largestK(setup)}`
  const model = meanOf(of(rows, 'none'), metric)
  if (!(model < 1.1 * popularityWarmRecall)) return undefined
  return {
    name: 'weak-warm-model',
    finding: `${metric} of the model is ${model.toFixed(4)}, that of popularity ${popularityWarmRecall.toFixed(4)} (threshold: 10 % above it)`,
    remedy:
      'cold results mean little on such a model: try other model.epochs, model.learningRate, model.batchSize or model.temperature first',
  }
}

function judgeAtChance({ rows, setup: { split, config } }: Evidence): Diagnosis | undefined {
  // A selection of few users may be at chance with any judge; all users together are not.
  const all = of(rows, 'all')
  if (all.length < 2) return undefined
  const chance = chanceRecall(config.policy.rewardK, split.coldItems.validation.length)
  const { p, difference } = pairedT(
    all.map(({ validation }) => validation),
    all.map(() => chance),
  )
  if (difference > 0 && p < 0.05) return undefined
  return {
    name: 'judge-at-chance',
    finding: `asking everybody gives recall@${config.policy.rewardK} ${(chance + difference).toFixed(4)} on the validation half, chance is ${chance.toFixed(4)} (p = ${p.toFixed(2)})`,
    remedy:
      'do not pay for this judge before `understudy run judge-audit` says that its answers carry information',
  }
}

function saturation({ rows, setup: { config } }: Evidence): Diagnosis | undefined {
  const [random, all, none] = ['random', 'all', 'none'].map((policy) => of(rows, policy))
  if (random.length === 0 || all.length === 0 || none.length === 0) return undefined
  const value = (list: TrialRow[]) => average(list.map(({ validation }) => validation))
  const share = (value(random) - value(none)) / (value(all) - value(none))
  if (!(share > 0.9)) return undefined
  return {
    name: 'saturation',
    finding: `${config.policy.budget} random users already give ${percent(share)} of what asking everybody gains (> 90 %)`,
    remedy:
      'who is asked hardly matters at this budget: lower policy.budget and save the questions',
  }
}
