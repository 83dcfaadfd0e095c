import { historyOf } from '../dataset/histories.js'
import { counted } from '../dataset/wording.js'
import { popularityRecommender } from '../evaluation/baselines.js'
import { evaluate } from '../evaluation/evaluate.js'
import { rankingTasks } from '../evaluation/ranking-tasks.js'
import { wrap } from '../util/wrap.js'
import type { Setup } from './setup.js'

/** A reason to be careful with results. */
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
    | 'top-at-chance'
    | 'single-interactions'
  /** The value that was measured, and the threshold. */
  finding: string
  /** What to do about it. */
  remedy: string
}

/** A diagnosis in two lines of text, and an empty one. */
export function diagnosisText({ name, finding, remedy }: Diagnosis): string {
  return `${name}: ${finding}.\n  ${remedy}.\n`
}

/** The same in lines of at most 80 columns. */
export function diagnosisLines(found: Diagnosis): string[] {
  return diagnosisText(found)
    .split('\n')
    .map((line) => wrap(line.trim()))
}

/** Something to do, and whether the settings have it already. */
export type Remedy = readonly [text: string, inUse?: boolean]

/** The remedies that are not in use yet, as one text. */
export function remedyOf(...remedies: Remedy[]): string {
  const open = remedies.filter(([, inUse = false]) => !inUse).map(([text]) => text)
  return open.length > 0 ? open.join(', or ') : 'the settings already have what would help'
}

/** A share as findings show it: `97.5 %`. */
export const percent = (share: number) => `${(100 * share).toFixed(1)} %`

/** Recall at a cut-off, and that of a ranking by chance. */
export interface RecallAt {
  k: number
  recall: number
  chance: number
}

/** What people look at: the cut-off of a list that is shown. */
const topOfList = 10
/** Above chance by less than this counts as chance, by more than the other as well above it. */
const [atChance, wellAbove] = [1.1, 1.2]

/** The largest cut-off that is at most 10, else the smallest. */
export function topCutoff(ks: readonly number[]): number {
  const short = ks.filter((k) => k <= topOfList)
  return short.length > 0 ? Math.max(...short) : Math.min(...ks)
}

/**
 * Fires where the top of a ranking is at chance while a larger cut-off looks well: whoever looks at
 * one K alone sees only the latter.
 * @param what - what was ranked, e.g. `learned`
 * @param users - number of users whose mean the recalls are
 */
export function topAtChance(
  what: string,
  recalls: readonly RecallAt[],
  users: number,
  { config }: Pick<Setup, 'config'>,
): Diagnosis | undefined {
  const cutoff = topCutoff(recalls.map(({ k }) => k))
  const top = recalls.find(({ k, recall, chance }) => k === cutoff && recall < atChance * chance)
  const deep = recalls.findLast(
    ({ k, recall, chance }) => k > cutoff && recall >= wellAbove * chance,
  )
  if (!top || !deep) return undefined
  const said = ({ k, recall, chance }: RecallAt) =>
    `@${k} is ${recall.toFixed(4)}, chance ${chance.toFixed(4)}`
  return {
    name: 'top-at-chance',
    finding: `cold recall of ${what} ${said(top)} (threshold: 10 % above it), while ${said(deep)}; over ${counted(users, 'user')}`,
    remedy: remedyOf(
      [
        `lists of ${top.k} gain nothing from it: learn for the length that you show, --set policy.rewardK=${top.k}`,
        config.policy.rewardK <= top.k,
      ],
      ['ask more of each user: raise augmentation.pairsPerUser'],
    ),
  }
}

/**
 * Fires where a model ranks warm items hardly better than popularity does.
 * @param metric - e.g. `warm:recall@50`
 * @param remedy - what to do about it
 */
export function weakWarmModel(
  metric: string,
  model: number,
  popularity: number,
  remedy: string,
): Diagnosis | undefined {
  if (!(model < 1.1 * popularity)) return undefined
  return {
    name: 'weak-warm-model',
    finding: `${metric} of the model is ${model.toFixed(4)}, that of popularity ${popularity.toFixed(4)} (threshold: 10 % above it)`,
    remedy,
  }
}

/** What to do about a trained model that `weakWarmModel` warns of. */
export const weakModelRemedy =
  'cold results mean little with such a model: try other model.epochs, model.learningRate, model.batchSize or model.temperature first'

/** Warm recall of popularity at the largest cut-off; 0 where nobody chose a warm item later. */
export function popularityWarmRecall({
  dataset,
  split,
  config,
}: Pick<Setup, 'dataset' | 'split' | 'config'>): number {
  const k = Math.max(...config.evaluation.ks)
  const task = rankingTasks(split, 'test').warm
  if (task.relevant.users.length === 0) return 0
  const popularity = popularityRecommender(split.train, dataset.itemIds.length)
  return evaluate(popularity, task, [k]).mean[`recall@${k}`]
}

/** Share of the selected users with one interaction from which a selection is warned of. */
const nearlyAll = 0.9

/**
 * Fires where nearly all selected users have a single interaction: a judge sees next to nothing of
 * them.
 * @param what - what selected them, e.g. `learned`
 * @param users - user indices
 */
export function singleInteractions(
  what: string,
  users: Int32Array,
  { split, features, config }: Pick<Setup, 'split' | 'features' | 'config'>,
): Diagnosis | undefined {
  const share = (list: Int32Array) =>
    list.filter((user) => historyOf(split.train, user).length <= 1).length / list.length
  if (!(share(users) > nearlyAll)) return undefined
  const { kCore } = config.dataset
  return {
    name: 'single-interactions',
    finding: `${percent(share(users))} of the ${counted(users.length, 'user')} that ${what} selects have a single interaction (> 90 %; of all ${counted(features.users.length, 'user')} ${percent(share(features.users))})`,
    remedy: remedyOf(
      [`leave such users out: --set dataset.kCore.users=${Math.max(5, 2 * kCore.users)}`],
      ['select by top:V, the number of interactions', what === 'top:V'],
    ),
  }
}
