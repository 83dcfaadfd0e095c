import type { Arm } from './arm.js'
import type { ExperimentConfig } from './config.js'
import type { Factors, ReportedRow, TrialRow } from './row.js'
import { armQuestions, type PossibleQuestions } from './possible-questions.js'
import { runArm, worksOf } from './run-arm.js'
import type { Setup } from './setup.js'
import { stepsByKind, type Work } from './steps.js'
import type { Trial } from './trial.js'
import type { StepsOfKind } from '../util/time-left.js'

/** A hypothesis to test: arm `arm` differs from arm `against`. */
export interface Comparison {
  /** Name of an arm. */
  arm: string
  /** Name of the arm that it is compared with. */
  against: string
  /** Factors of both arms; absent = none. */
  factors?: Factors
}

/** Settings and number of seeds of one size of a preset. */
export interface PresetSize {
  /** Number of seeds, each a repetition of the whole procedure. */
  seeds: number
  /** Sections of the configuration. */
  settings: Record<string, unknown>
}

/** Figures of something else than a trained arm, e.g. of a judge; one row of the table. */
export interface Measurement {
  /** Name of its row. */
  name: string
  /** Its figures by name. */
  metrics: Record<string, number>
  /** Values that tell it apart from rows of the same name. */
  factors?: Factors
  /** Number of users that were asked about. Default 0. */
  users?: number
  /** Questions put to the judge. Default 0. */
  calls?: number
  /** Questions without an answer that could be read. Default 0. */
  failed?: number
  /** Number of trainings whose mean the figures are. Default 1. */
  trainings?: number
  /** Recall on the validation half, which choices may look at. Default: none. */
  validation?: number
}

/**
 * An experiment by name: an entry of the registry `presets`. Each seed is one repetition of the
 * whole procedure: learn, choose, train, test.
 * @example
 * const twoPrices: Preset = {
 *   name: 'two-prices',
 *   title: 'Few questions about many users, or many about few',
 *   question: 'At the same price, is it better to ask about more users?',
 *   sizes: { smoke: { seeds: 2, settings: {} }, full: { seeds: 12, settings: {} } },
 *   arms: () =>
 *     [1, 10].map((pairsPerUser) => ({
 *       name: `${pairsPerUser} each`,
 *       users: { policy: 'random' },
 *       settings: { augmentation: { pairsPerUser }, policy: { budget: 300 / pairsPerUser } },
 *     })),
 *   comparisons: () => [{ arm: '1 each', against: '10 each' }],
 * }
 */
export interface Preset {
  /** Name, as `understudy run` takes it. */
  name: string
  /** Title of its table. */
  title: string
  /** The question that it answers, in a sentence. */
  question: string
  /** `smoke`: seconds, on a tiny shop. `full`: what published figures are made with. */
  sizes: { smoke: PresetSize; full: PresetSize }
  /** Its arms: the rows of its table, in their order. Default: none. */
  arms?(setup: Setup): Arm[]
  /** Figures that it measures besides its arms. Default: none. */
  measurements?: {
    /** Number of steps that `measure` takes, for progress. */
    steps(setup: Setup): number
    /** Everything that `measure` could ask. Default: it asks nobody. */
    questions?(trial: Trial): Iterable<PossibleQuestions>
    /** Measures, and calls `step` after each step. */
    measure(trial: Trial, step: () => void): Promise<Measurement[]>
  }
  /** The hypotheses that its table tests, corrected together (Holm). */
  comparisons(rows: TrialRow[]): Comparison[]
  /** The answer in a sentence. Default: the outcomes of the comparisons. */
  conclusion?(rows: ReportedRow[], config: ExperimentConfig): string
}

/** One procedure of a preset: its rows for the trial's seed. */
export async function runTrial(preset: Preset, trial: Trial): Promise<TrialRow[]> {
  const rows: TrialRow[] = []
  for (const arm of preset.arms?.(trial.setup) ?? []) rows.push(await runArm(trial, arm))
  const { measurements } = preset
  if (measurements) {
    const measured = await trial.steps.run(measuring(measurements, trial.setup), (step) =>
      measurements.measure(trial, () => step()),
    )
    rows.push(...measured.map((one) => measuredRow(one, trial.seed)))
  }
  return rows
}

/** Everything that one procedure of a preset could ask. */
export function* presetQuestions(preset: Preset, trial: Trial): Iterable<PossibleQuestions> {
  for (const arm of preset.arms?.(trial.setup) ?? []) yield* armQuestions(trial, arm)
  yield* preset.measurements?.questions?.(trial) ?? []
}

/** Steps of one procedure by their kind, as `TrialOptions.onStep` counts them. */
export function presetSteps(
  { arms, measurements }: Preset,
  setup: Setup,
): Record<string, StepsOfKind> {
  const works = (arms?.(setup) ?? []).flatMap((arm) => worksOf(setup, arm))
  return stepsByKind([...works, ...(measurements ? [measuring(measurements, setup)] : [])])
}

function measuring({ steps }: NonNullable<Preset['measurements']>, setup: Setup): Work {
  return { name: 'measurements', kind: 'measurement', steps: steps(setup) }
}

function measuredRow(measured: Measurement, seed: number): TrialRow {
  const { name, metrics, factors = {}, users = 0, calls = 0, failed = 0 } = measured
  const { trainings = 1, validation = NaN } = measured
  return {
    policy: name,
    seed,
    factors,
    users,
    calls,
    learningCalls: 0,
    failed,
    trainings,
    metrics,
    validation,
    userRecall: '',
  }
}
