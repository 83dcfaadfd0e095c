import { join } from 'node:path'
import { loadDataset } from '../dataset/load.js'
import type { ExperimentOptions } from '../execution/experiment-options.js'
import { runExperiment } from '../execution/run-experiment.js'
import { type ExperimentSettings, readConfig } from '../experiment/config.js'
import { setUp } from '../experiment/setup.js'
import { Trial } from '../experiment/trial.js'
import type { FinishedRun } from '../run/finished-run.js'
import { progress } from './display.js'

export { writeExampleShop } from '../dataset/example-shop.js'

/** The folder of data or of runs that a notebook uses: notebooks lie in a folder beside them. */
const beside = (variable: string, folder: string) => process.env[variable] ?? join('..', folder)

/**
 * Loads a data set and makes a trial on it, as a notebook begins: with bars, and with what was
 * found and fitted printed.
 * @param settings - sections of the configuration; `dataset.name` says which data
 * @returns the trial, whose `setup` has the data, the split and the features
 * @throws as `loadDataset` and `setUp` do
 * @example
 * const trial = await openTrial({ dataset: { name: 'movielens-100k' } })
 * const { dataset, split, features } = trial.setup
 */
export async function openTrial(settings: ExperimentSettings = {}): Promise<Trial> {
  const dataset = await loadDataset(readConfig(settings).dataset, {
    dataRoot: beside('UNDERSTUDY_DATA', join('data', 'raw')),
    progress,
    onNotice: console.log,
  })
  const setup = setUp(dataset, settings)
  for (const note of setup.notes) console.log(note)
  return new Trial(setup)
}

/**
 * Runs a preset as a notebook does, with a bar, or reads a run that is finished.
 * @param full - the settings and seeds of published figures, in place of those given
 * @throws as `runExperiment` does
 */
export function openRun(
  preset: string,
  settings: Record<string, unknown>,
  { full = false, seeds }: { full?: boolean } & Pick<ExperimentOptions, 'seeds'> = {},
): Promise<FinishedRun> {
  return runExperiment(preset, {
    settings,
    size: full ? 'full' : undefined,
    seeds,
    dataRoot: beside('UNDERSTUDY_DATA', join('data', 'raw')),
    runs: beside('UNDERSTUDY_RUNS', 'runs'),
    reuse: true,
    progress,
  })
}
