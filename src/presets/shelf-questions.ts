import { hasText } from '../dataset/content.js'
import { shelfTask } from '../evaluation/ranking-tasks.js'
import { shelfMetrics } from '../evaluation/shelf-metrics.js'
import {
  exposureAt,
  offsetOfExposure,
  shelfLists,
  shelfSize,
  type ShelfTask,
  shelvesOf,
} from '../evaluation/shelf.js'
import type { Measurement, Preset } from '../experiment/preset.js'
import type { ReportedRow } from '../experiment/row.js'
import type { Setup } from '../experiment/setup.js'
import { agreement, simulateAnswers, withoutPopularity } from '../experiment/simulated-judge.js'
import type { Trial } from '../experiment/trial.js'
import {
  anchoredDepth,
  anchoredQuestions,
  pairQuestions,
  type ShelfQuestion,
} from '../shelf/questions.js'
import { halfRehearsal, rehearseShelf } from '../shelf/rehearse.js'
import { type ShelfAnswer, shelfAnswers, withWorth, worthOf } from '../shelf/worth.js'
import type { TwoTowerModel } from '../two-tower/engine.js'
import { only, type SignalInput, type SignalWeights } from '../two-tower/signals.js'
import { sampleDistinct, shuffle, stream } from '../util/random.js'
import { range } from '../util/typed.js'
import { firstThatPays } from './break-even.js'
import { multiplesOfBudget } from './budget.js'
import { smoke } from './sizes.js'

const accuracies = [0.6, 0.7, 0.8, 0.9]
/** At this accuracy answers are also given to the wrong questions: what any answers would do. */
const shuffledAt = 0.8
const placements = ['anchored', 'pairs']
const budgets = (setup: Setup) => multiplesOfBudget(setup, [1, 10 / 3])

/**
 * What answers about new items add to the shelf, on top of content, at the same exposure: questions
 * that compare a new item with a known one near the end of the user's shelf, against pairs of new
 * items. The judges are SIMULATED from held-out truth of two kinds: the model of all interactions,
 * which knows how popular each item becomes, and the same without it, which knows taste alone. The
 * control is the same answers, shuffled among the questions.
 */
export const shelfQuestions: Preset = {
  name: 'shelf-questions',
  title: 'Questions against known items, and pairs of new ones, by SIMULATED judges, on the shelf',
  question: 'Which questions pay on the shelf, on top of content, and from which accuracy on?',
  sizes: { smoke, full: { seeds: 5, settings: {} } },
  measurements: {
    steps: (setup) => 1 + budgets(setup).length * placements.length * 2 * (accuracies.length + 1),
    measure: (trial, step) => Promise.resolve(measure(trial, step)),
  },
  comparisons: () => [],
  conclusion: (rows, { evaluation }) =>
    paysFrom(rows, `shelf:ndcg@${Math.max(...evaluation.ks.filter((k) => k <= shelfSize))}`),
}

/** The shelf of the test half, calibrated on the validation half. */
interface TestShelf {
  trial: Trial
  input: SignalInput
  weights: SignalWeights
  slope: number
  task: ShelfTask
  /** Share of the first 50 places that is new, which answers do not change. */
  exposure: number
}

function measure(trial: Trial, step: () => void): Measurement[] {
  const { split } = trial.setup
  const { slope, weights } = rehearseShelf([halfRehearsal(trial, 'validation')])
  const input = only(trial.signals(), split.coldItems.test)
  const task = shelfTask(split, 'test')
  const exposure = exposureAt(shelvesOf(input, weights, task.later.users), shelfSize)
  const shelf = { trial, input, weights, slope, task, exposure }
  const rows: Measurement[] = [{ name: 'no questions', metrics: metricsOf(shelf, input) }]
  step()
  const everything = trial.trainOnEverything()
  const truths = { 'all interactions': everything, taste: withoutPopularity(everything) }
  for (const N of budgets(trial.setup))
    for (const name of placements) {
      const questions = questionsOf(shelf, name, N)
      for (const [truth, model] of Object.entries(truths))
        for (const accuracy of accuracies) {
          const answers = shelfAnswers(questions, answer(questions, model, accuracy, trial.seed))
          const tried = { [name]: answers }
          if (accuracy === shuffledAt) tried[name + shuffled] = shuffledAnswers(answers, trial.seed)
          for (const [policy, given] of Object.entries(tried)) {
            const metrics = metricsOf(shelf, withWorth(input, worthOf(given, slope)))
            const factors = { N, truth, accuracy }
            rows.push({ name: policy, factors, users: N, calls: questions.length, metrics })
            step()
          }
        }
    }
  return rows
}

const shuffled = ', answers shuffled'

/** As many answers for the new items, to other questions. */
function shuffledAnswers(answers: ShelfAnswer[], seed: number): ShelfAnswer[] {
  const order = shuffle(range(answers.length), stream(seed, 'shuffled answers'))
  return answers.map((answer, k) => ({ ...answer, target: answers[order[k]].target }))
}

function questionsOf({ trial, input, weights }: TestShelf, name: string, N: number) {
  const { config, features, dataset } = trial.setup
  const { pairsPerUser } = config.augmentation
  const drawn = sampleDistinct(features.users.length, N, stream(trial.seed, 'shelf users'))
  const users = drawn.map((k) => features.users[k])
  const askable = (item: number) => hasText(dataset.items[item])
  if (name === 'pairs')
    return pairQuestions(input, weights, users, pairsPerUser, trial.seed, askable)
  const shelves = shelvesOf(input, weights, users, undefined, anchoredDepth.items)
  return anchoredQuestions(shelves, pairsPerUser, trial.seed, askable)
}

function answer(asked: ShelfQuestion[], truth: TwoTowerModel, accuracy: number, seed: number) {
  const pairs = asked.map(({ user, item, other }) => ({ user, preferred: item, other }))
  return simulateAnswers(pairs, agreement(pairs, truth), { accuracy, errors: 'independent' }, seed)
}

/** Metrics of the shelf, new items shifted to the exposure that they had without answers. */
function metricsOf(shelf: TestShelf, input: SignalInput): Record<string, number> {
  const { weights, task, exposure, trial } = shelf
  const shelves = shelvesOf(input, weights, task.later.users)
  const lists = shelfLists(shelves, offsetOfExposure(shelves, exposure))
  const isNew = new Set(task.newItems)
  const ks = trial.setup.config.evaluation.ks.filter((k) => k <= shelfSize)
  const { mean } = shelfMetrics(lists, task.later, (item) => isNew.has(item), ks)
  return Object.fromEntries(Object.entries(mean).map(([name, value]) => [`shelf:${name}`, value]))
}

/** The lowest accuracy that pays, for each placement, number of users and kind of truth. */
function paysFrom(rows: ReportedRow[], metric: string): string {
  const base = new Map(
    rows.filter(({ policy }) => policy === 'no questions').map((row) => [row.seed, row]),
  )
  const groups = new Map<string, Map<number, number[]>>()
  for (const { policy, factors, seed, metrics } of rows) {
    if (factors['N'] === undefined || policy.endsWith(shuffled)) continue
    const group = `${policy}, ${factors['N']} users, truth of ${factors['truth']}`
    const own = groups.get(group) ?? new Map<number, number[]>()
    const accuracy = Number(factors['accuracy'])
    const gain = metrics[metric] - base.get(seed)!.metrics[metric]
    groups.set(group, own.set(accuracy, [...(own.get(accuracy) ?? []), gain]))
  }
  const said = [...groups].map(([group, gains]) => `${group}: ${firstThatPays(gains)}`)
  return `${metric.replace(':', ' ')}: ${said.join('; ')}`
}
