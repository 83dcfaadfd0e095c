import { hasText } from '../dataset/content.js'
import { type Relevance, relevantOf } from '../dataset/split.js'
import { sampledRelevance } from '../evaluation/ranking-tasks.js'
import {
  bestKnown,
  exposureAt,
  mergeShelf,
  offsetOfExposure,
  shelfNdcg,
  shelfSize,
  type Shelves,
  shelvesOf,
} from '../evaluation/shelf.js'
import { deploy, trainPolicy } from '../experiment/policy-training.js'
import { fixedSelection, topPolicies } from '../experiment/selection.js'
import { agreement, simulateAnswers, withoutPopularity } from '../experiment/simulated-judge.js'
import type { Trial } from '../experiment/trial.js'
import type { LearnedPolicy } from '../policy/learned-policy.js'
import { anchoredDepth, anchoredQuestions, type ShelfQuestion } from '../shelf/questions.js'
import type { RehearsedShelf, ShelfRehearsal } from '../shelf/rehearse.js'
import { shelfAnswers, withWorth, worthOf } from '../shelf/worth.js'
import type { Preference } from '../two-tower/pairs.js'
import type { SignalInput } from '../two-tower/signals.js'
import { average, meanAndError } from '../util/statistics.js'
import { askQuestions } from './ask-questions.js'
import { type Hits, hits } from './hits.js'

/** A policy that says whom to ask. */
export interface ChosenPolicy {
  /** As `select` takes it: `random`, `top:V`, `learned`. */
  name: string
  /** Where it was learned. */
  learned?: LearnedPolicy
}

/** Questions and answers are drawn three times. */
const drawn = [0, 1, 2]
/** Accuracy of the simulated judge by which policies are compared. */
const accuracy = 0.8

/** The users that a policy selects. */
export function usersOf(trial: Trial, { name, learned }: ChosenPolicy, count: number): Int32Array {
  const own = trial.with({ policy: { budget: count } })
  return learned ? deploy(own, learned) : fixedSelection(own, name)
}

/**
 * The policy whose users' answers gained most on the rehearsal, by a simulated judge: random unless
 * another is better by more than the standard error of the difference.
 *
 * @param wanted - a policy's name, instead
 */
export async function bestPolicy(
  rehearsal: ShelfRehearsal,
  shelf: RehearsedShelf,
  count: number,
  wanted?: string,
): Promise<ChosenPolicy> {
  const trial = rehearsal.trial.with({ policy: { budget: count } })
  const learn = async () => ({
    name: 'learned',
    learned: await trainPolicy(trial.withOfflineReader()),
  })
  if (wanted !== undefined) return wanted === 'learned' ? learn() : { name: wanted }
  const random = { name: 'random' }
  const tops = topPolicies(trial.setup).map((name) => ({ name }))
  const sample = sampleOf(rehearsal, shelf)
  const ndcg = (policy: ChosenPolicy) => {
    const each = drawn.map((draw) =>
      answered(sample, policy, count, accuracy, draw, (shelves) =>
        shelfNdcg(shelves, sample.later),
      ),
    )
    return each[0].map((_, n) => average(each.map((values) => values[n])))
  }
  const base = ndcg(random)
  const tried = [...tops, await learn()].map((policy) => {
    const values = ndcg(policy)
    return { policy, ...meanAndError([...values].map((value, n) => value - base[n])) }
  })
  const best = tried.reduce((a, b) => (b.mean > a.mean ? b : a))
  return best.mean > best.standardError ? best.policy : random
}

/** What answers of a simulated judge change in the hits of lists of k, on the rehearsal. */
export function simulatedGain(
  rehearsal: ShelfRehearsal,
  shelf: RehearsedShelf,
  k: number,
  policy: ChosenPolicy,
  count: number,
  accuracy: number,
): Hits {
  const sample = sampleOf(rehearsal, shelf)
  const each = drawn.map((draw) =>
    answered(sample, policy, count, accuracy, draw, (shelves) => hitsOf(sample, shelves, k)),
  )
  return gainOver(sample, k, each)
}

/** What the judge's own answers change in the hits of lists of k, on the rehearsal. */
export async function judgedGain(
  rehearsal: ShelfRehearsal,
  shelf: RehearsedShelf,
  k: number,
  policy: ChosenPolicy,
  count: number,
): Promise<Hits> {
  const sample = sampleOf(rehearsal, shelf)
  const { trial, input } = rehearsal
  const questions = questionsTo(trial, input, shelf, usersOf(trial, policy, count))
  const { pairs } = await askQuestions(trial, questions)
  return gainOver(sample, k, [hitsOf(sample, shelvesAfter(sample, questions, pairs), k)])
}

function gainOver(sample: Sample, k: number, after: Float64Array[]): Hits {
  const before = hitsOf(sample, sample.shelves, k)
  return hits(Array.from(before, (value, n) => average(after.map((own) => own[n])) - value))
}

/** Hits of each user's list of k [n]. */
function hitsOf({ later }: Sample, shelves: Shelves, k: number): Float64Array {
  return Float64Array.from(shelves.users, (_, n) => {
    const relevant = relevantOf(later, n)
    let count = 0
    mergeShelf(shelves, n, 0, (item, rank) => {
      if (rank <= k && relevant.has(item)) count++
    })
    return count
  })
}

/** Some users of a rehearsal, and their shelves before any answer. */
interface Sample {
  rehearsal: ShelfRehearsal
  shelf: RehearsedShelf
  later: Relevance
  shelves: Shelves
  exposure: number
}

function sampleOf(rehearsal: ShelfRehearsal, shelf: RehearsedShelf): Sample {
  const later = sampledRelevance(rehearsal.later)
  const known = bestKnown(rehearsal.input, later.users)
  const shelves = shelvesOf(rehearsal.input, shelf.weights, later.users, known)
  return { rehearsal, shelf, later, shelves, exposure: exposureAt(shelves, shelfSize) }
}

/** Measures the shelves after simulated answers. */
function answered<T>(
  sample: Sample,
  policy: ChosenPolicy,
  count: number,
  accuracy: number,
  draw: number,
  measure: (shelves: Shelves) => T,
): T {
  const { rehearsal, shelf } = sample
  const { trial, input } = rehearsal
  const questions = questionsTo(trial, input, shelf, usersOf(trial, policy, count), draw)
  const pairs = questions.map(({ user, item, other }) => ({ user, preferred: item, other }))
  // A judge who knew how popular each item becomes would promise too much.
  const truth = withoutPopularity(trial.trainOnEverything())
  const judge = { accuracy, errors: 'independent' } as const
  const answers = simulateAnswers(pairs, agreement(pairs, truth), judge, trial.seed + draw)
  return measure(shelvesAfter(sample, questions, answers))
}

/** The shelves after answers, new items shifted to the exposure before. */
function shelvesAfter(
  { rehearsal, shelf, shelves, exposure }: Sample,
  questions: readonly ShelfQuestion[],
  answers: readonly (Preference | undefined)[],
): Shelves {
  const worth = worthOf(shelfAnswers(questions, answers), shelf.slope)
  const input = withWorth(rehearsal.input, worth)
  const after = shelvesOf(input, shelf.weights, shelves.users, shelves.known)
  const offset = offsetOfExposure(after, exposure)
  const scores = after.fresh.scores.map((score) => score + offset)
  return { ...after, fresh: { ...after.fresh, scores } }
}

/** The questions of a launch to these users, in their order. */
export function questionsTo(
  trial: Trial,
  input: SignalInput,
  { weights }: Pick<RehearsedShelf, 'weights'>,
  users: Int32Array,
  draw = 0,
) {
  const { config, dataset } = trial.setup
  const shelves = shelvesOf(input, weights, users, undefined, anchoredDepth.items)
  const seed = (config.augmentation.questionSeed ?? trial.seed) + draw
  const askable = (item: number) => hasText(dataset.items[item])
  return anchoredQuestions(shelves, config.augmentation.pairsPerUser, seed, askable)
}
