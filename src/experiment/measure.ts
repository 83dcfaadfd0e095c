import type { PreferencePair } from '../augmentation/augmenter.js'
import type { TwoTowerModel } from '../two-tower/engine.js'
import type { Recommender } from '../two-tower/recommender.js'
import { average } from '../util/statistics.js'
import { trainingKey } from './keys.js'
import { decodeUsers, encodeUsers, type TrialRow } from './row.js'
import type { Step } from './steps.js'
import type { Trial } from './trial.js'

/** Metrics of finished trainings; JSON, so that they can be kept. */
export type Measured = Pick<TrialRow, 'metrics' | 'validation' | 'userRecall'>

/**
 * Fits the tower to the pairs `evaluation.trainings` times and gives the means over the trainings
 * t = 0, 1, ... Each is kept by its inputs.
 *
 * @param step - called after each training
 */
export async function measure(
  trial: Trial,
  tower: string,
  pairs: readonly PreferencePair[],
  step: Step,
): Promise<Measured & Pick<TrialRow, 'trainings'>> {
  const measured: Measured[] = []
  for (let t = 0; t < trial.setup.config.evaluation.trainings; t++) {
    const key = trainingKey(trial, tower, pairs, t)
    let kept = true
    measured.push(
      await trial.memo.get('trainings', key, () => {
        kept = false
        return worthOf(trial, trial.fit(tower, pairs, t))
      }),
    )
    step(kept)
  }
  const metrics = Object.keys(measured[0].metrics).map((metric) => [
    metric,
    average(measured.map((one) => one.metrics[metric])),
  ])
  const users = measured.map((one) => decodeUsers(one.userRecall))
  return {
    trainings: measured.length,
    metrics: Object.fromEntries(metrics) as Record<string, number>,
    validation: average(measured.map(({ validation }) => validation)),
    userRecall: encodeUsers(users[0].map((_, k) => average(users.map((own) => own[k])))),
  }
}

function worthOf(trial: Trial, model: TwoTowerModel | Recommender): Measured {
  const report = trial.evaluate(model, 'test')
  const metrics = Object.entries<{ mean: Record<string, number> }>({ ...report }).flatMap(
    ([ranking, { mean }]) =>
      Object.entries(mean)
        // A mean over nobody is no number: nobody chose a known item later, say.
        .filter(([, value]) => Number.isFinite(value))
        .map(([metric, value]) => [`${ranking}:${metric}`, value] as const),
  )
  return {
    metrics: Object.fromEntries(metrics),
    validation: trial.validationRecall(model),
    userRecall: encodeUsers(Float32Array.from(trial.coldRecall(model, 'test'))),
  }
}
