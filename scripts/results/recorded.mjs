// Recorded runs under results/: results.json of a run, compressed, and a tidy table of all of them.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import { summarise } from 'understudy'
import { csv } from '../../dist/util/csv.js'
import { recipes } from './recipes.mjs'

const root = new URL('../../results/', import.meta.url)

/** The file of a run, e.g. results/policy-vs-baselines/amazon-2014-Beauty.json.gz. */
export const fileOf = (name, dataset) =>
  fileURLToPath(new URL(`${name}/${dataset.replaceAll('/', '-')}.json.gz`, root))

/** The file of the tidy table of a recipe. */
export const tableFileOf = (name) => fileURLToPath(new URL(`${name}.csv`, root))

export const isRecorded = (name, dataset) => existsSync(fileOf(name, dataset))

/** Data sets of a recipe that are recorded, in its order. */
export const recordedOf = (name) =>
  Object.keys(recipes[name].data).filter((dataset) => isRecorded(name, dataset))

/** The results of a recorded run. */
export function readRecorded(name, dataset) {
  return JSON.parse(gunzipSync(readFileSync(fileOf(name, dataset))).toString())
}

/** Keeps the results of a finished run: the bytes of its results.json, with their checksum. */
export function record(name, dataset, resultsJson) {
  const file = fileOf(name, dataset)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, gzipSync(resultsJson, { level: 9 }))
}

const kept = /^(gain$|(cold|warm|shelf):(recall|ndcg|new|warm|exposure)@)/

/** All recorded runs of a recipe as CSV: one row a data set, arm and metric. */
export function tidyTable(name) {
  const rows = recordedOf(name).flatMap((dataset) => {
    const result = readRecorded(name, dataset)
    return summarise(result).flatMap(({ policy, factors, users, calls, learningCalls, metrics }) =>
      Object.entries(metrics)
        .filter(([metric]) => kept.test(metric))
        .map(([metric, { mean, standardError }]) => [
          ...[dataset, policy, factorsText(factors)],
          ...[users, calls, learningCalls].map(short),
          ...[metric, short(mean), short(standardError), result.seeds.length],
        ]),
    )
  })
  const head = ['dataset', 'arm', 'factors', 'users', 'questions', 'questions_to_learn', 'metric']
  return csv([...head, 'mean', 'standard_error', 'procedures'], rows)
}

const factorsText = (factors) =>
  Object.entries(factors)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ')
/** Six significant digits; null, as NaN, is an empty cell. */
const short = (value) => Number((value ?? NaN).toPrecision(6))
