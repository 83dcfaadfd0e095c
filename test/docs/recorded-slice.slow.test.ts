import { expect, it } from 'vitest'
import { runExperiment } from '#src/execution/run-experiment.js'
import { readRecorded } from '../../scripts/results/recorded.mjs'
import { recipeOf } from '../../scripts/results/recipes.mjs'
import { folderOf } from '../support/files.js'
import { hasRealData, realData } from '../support/real-data.js'

const [name, dataset] = ['policy-vs-baselines', 'csv/amazon-2018-industrial']

it.skipIf(!hasRealData)('a seed of a recorded run, made again, has the same rows', async () => {
  const { preset, ...how } = recipeOf(name, dataset)
  const runs = folderOf({})
  const { result } = await runExperiment(preset, { ...how, seeds: [0], dataRoot: realData, runs })
  const recorded = readRecorded(name, dataset)
  const rows = recorded.trials.filter(({ seed }) => seed === 0)
  expect(rows.length).toBeGreaterThan(15)
  expect(JSON.parse(JSON.stringify(result.trials))).toEqual(rows)
  const { configHash, dataFingerprint } = recorded.provenance
  expect(result.provenance).toMatchObject({ configHash, dataFingerprint })
})
