import { learners } from '../policy/learners/index.js'
import { type Setup } from '../experiment/setup.js'
import { type TrialRow } from '../experiment/row.js'
import {
  type Diagnosis,
  percent,
  remedyOf,
  singleInteractions,
  topAtChance,
  weakModelRemedy,
  weakWarmModel,
} from '../experiment/diagnosis.js'
import { deploy } from '../experiment/policy-training.js'
import { chatBackend } from '../llm/backends/index.js'
import { offlineReader } from '../llm/backends/offline-reader.js'
import { chanceRecall } from '../evaluation/evaluate.js'
import { average, completePairs, pairedT, repetitionsNeeded } from '../util/statistics.js'
import type { LearningRun } from '../policy/learned-policy.js'

export type { Diagnosis } from '../experiment/diagnosis.js'

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
    weakestWarmModel,
    judgeAtChance,
    saturation,
    topOfArms,
    learnedUsers,
  ].flatMap((check) => check(evidence) ?? [])
}

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
    remedy: remedyOf(
      ['raise policy.temperature'],
      ['lower policy.learningRate'],
      ['use --set policy.learner=pgpe'],
    ),
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
    finding: `from the first to the last iteration the mean reward of a run changed by ${gain.toFixed(4)}, within twice its standard error ${error.toFixed(4)} at M = ${config.policy.episodes}`,
    remedy: remedyOf(
      ['raise policy.episodes or policy.iterations'],
      [
        'use --set policy.learner=pgpe, which perturbs weights instead of users',
        config.policy.learner === 'pgpe',
      ],
    ),
  }
}

function errorOfGain({ deviations }: LearningRun, episodes: number): number {
  return (deviations[0] ** 2 + deviations.at(-1)! ** 2) / episodes
}

function warmHarm({ rows, setup }: Evidence): Diagnosis | undefined {
  const { model } = setup.config
  const metric = `warm:recall@${largestK(setup)}`
  const none = meanOf(of(rows, 'none'), metric)
  const harmed = [...new Set(rows.map(({ policy }) => policy))]
    .map((policy) => ({ policy, loss: 1 - meanOf(of(rows, policy), metric) / none }))
    .filter(({ loss }) => loss > 0.02)
  if (harmed.length === 0 || !(none > 0)) return undefined
  const worst = harmed.sort((a, b) => b.loss - a.loss)[0]
  return {
    name: 'warm-harm',
    finding: `${metric} of ${worst.policy} is ${percent(worst.loss)} below that without augmentation (> 2 %), means over ${of(rows, worst.policy).length} procedures`,
    remedy: remedyOf(
      ['use --set model.pairGradient=items', model.pairGradient === 'items'],
      ['lower model.pairWeight', model.pairWeight === 0],
    ),
  }
}

/** Procedures beyond which nobody would run more to tell a difference. */
const worthTelling = 100

function noSignificance({ rows, setup }: Evidence): Diagnosis | undefined {
  const [learned, other] = [of(rows, 'learned'), of(rows, 'best-feature')]
  if (learned.length !== other.length) return undefined
  const metric = `cold:recall@${setup.config.policy.rewardK}`
  const read = (list: TrialRow[]) => list.map((row) => row.metrics[metric] ?? row.validation)
  const [own, base] = [read(learned), read(other)]
  if (completePairs(own, base).length < 2) return undefined
  const { n, p, effectSize, difference, relative } = pairedT(own, base)
  // Without a test, of few procedures or of the same difference in all, nothing can be said.
  if (p === undefined || effectSize === undefined || p < 0.05) return undefined
  const needed = repetitionsNeeded(effectSize)
  const by = relative === undefined ? difference.toFixed(4) : percent(relative)
  return {
    name: 'no-significance',
    finding: `learned against the best feature: ${by}, p = ${p.toFixed(3)} (>= .05) over ${n} procedures`,
    remedy:
      needed > worthTelling
        ? `the effect is too small to matter: more than ${worthTelling} procedures would be needed to show it`
        : remedyOf(
            [
              `${needed} procedures would show an effect of this size at 80 % power: --seeds ${needed}`,
            ],
            [
              'more trainings each (--set evaluation.trainings=10)',
              setup.config.evaluation.trainings >= 10,
            ],
          ),
  }
}

function weakestWarmModel({ rows, setup, popularityWarmRecall }: Evidence): Diagnosis | undefined {
  const metric = `warm:recall@${largestK(setup)}`
  return weakWarmModel(
    metric,
    meanOf(of(rows, 'none'), metric),
    popularityWarmRecall,
    weakModelRemedy,
  )
}

function judgeAtChance({ rows, setup: { split, config } }: Evidence): Diagnosis | undefined {
  // A selection of few users may be at chance with any judge; all users together are not.
  const all = of(rows, 'all')
  const chance = chanceRecall(config.policy.rewardK, split.coldItems.validation.length)
  const [own, base] = [all.map(({ validation }) => validation), all.map(() => chance)]
  if (completePairs(own, base).length < 2) return undefined
  const { n, p, difference } = pairedT(own, base)
  // Without a test, a difference above chance is not doubted.
  if (difference > 0 && (p === undefined || p < 0.05)) return undefined
  const evidence = p === undefined ? `${n} procedures` : `p = ${p.toFixed(2)}, ${n} procedures`
  return {
    name: 'judge-at-chance',
    finding: `asking all users gives recall@${config.policy.rewardK} ${(chance + difference).toFixed(4)} on the validation half, chance is ${chance.toFixed(4)} (${evidence})`,
    remedy:
      chatBackend(config.llm) === offlineReader
        ? 'this judge is not a language model: try one (--llm-url), or use content alone'
        : 'do not pay for this judge before `understudy run judge-audit` says that its answers carry information',
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
    finding:
      `${config.policy.budget} random users already give ` +
      `${share < 1 ? `${percent(share)} of what` : 'as much as'} asking all users gains on the ` +
      `validation half, means over ${random.length} procedures`,
    remedy: remedyOf([
      'at this budget it hardly matters which users are asked: lower policy.budget to save questions',
      config.policy.budget === 1,
    ]),
  }
}

/** The first arm whose top of the list is at chance while a larger cut-off looks well. */
function topOfArms({ rows, setup }: Evidence): Diagnosis | undefined {
  const { split, config } = setup
  const arms = [...new Set(rows.map(({ policy }) => policy))].filter((arm) => arm !== 'none')
  const found = arms.flatMap((arm) => {
    const recalls = config.evaluation.ks.map((k) => ({
      k,
      recall: meanOf(of(rows, arm), `cold:recall@${k}`),
      chance: chanceRecall(k, split.coldItems.test.length),
    }))
    const diagnosis = topAtChance(arm, recalls, split.relevant.test.users.length, setup)
    return diagnosis ? [{ arm, diagnosis }] : []
  })
  if (found.length === 0) return undefined
  const [{ diagnosis }, ...others] = found
  const also = others.length > 0 ? `; likewise ${others.map(({ arm }) => arm).join(', ')}` : ''
  return { ...diagnosis, finding: diagnosis.finding + also }
}

/** The first learned selection whose users have a single interaction. */
function learnedUsers({ rows, setup }: Evidence): Diagnosis | undefined {
  const { names } = setup.features
  for (const { policy, seed, learned } of rows.filter(
    (row) => Object.keys(row.factors).length === 0,
  )) {
    // A policy of other features was learned on a part of the data, which is not at hand here.
    if (learned?.features.join() !== names.join()) continue
    const found = singleInteractions(policy, deploy({ setup, seed }, learned), setup)
    if (found) return found
  }
  return undefined
}
