import { readConfig } from '../experiment/config.js'
import { presets } from '../presets/index.js'
import { differences } from '../util/differences.js'
import { shellQuoted } from '../util/shell.js'
import type { RunResult } from './result.js'

/**
 * The `understudy run` command that makes a run again: preset, size, data, seeds, and each setting
 * that is not that of the size.
 * @example
 * commandOf(run.result) // 'understudy run learners --size full --seeds 5 --dataset movielens-100k'
 */
export function commandOf({
  preset,
  config,
  seeds,
  provenance,
}: Pick<RunResult, 'preset' | 'config' | 'seeds' | 'provenance'>): string {
  const data = { dataset: config.dataset, others: config.others }
  const candidates = [undefined, 'full', 'smoke'] as const
  const differences = candidates.map((size) =>
    differing(
      readConfig({ ...(size && presets.get(preset).sizes[size].settings), ...data }),
      config,
    ),
  )
  const fewest = differences.reduce(
    (best, own, k) => (own.length < differences[best].length ? k : best),
    0,
  )
  const size = candidates[fewest]
  const [engine] = provenance.engine.split(' ')
  const range = [
    ...(seeds.every((seed, k) => seed === k)
      ? [`--seeds ${seeds.length}`]
      : seeds.map((seed) => `--seed ${seed}`)),
    ...(engine === 'wasm' ? [] : [`--engine ${engine}`]),
  ]
  const { dataset, others } = data
  // The other data sets have no flags for more than their names; config.json lies with the results.
  if (
    others.some(
      (other) => differing(readConfig({ dataset: { name: other.name } }).dataset, other).length > 0,
    )
  )
    return ['understudy run config.json', ...range].join(' ')
  return [
    `understudy run ${preset}`,
    ...(size ? [`--size ${size}`] : []),
    ...range,
    ...(dataset.name === 'synthetic' || dataset.name === 'files'
      ? []
      : [`--dataset ${shellQuoted(dataset.name)}`]),
    ...differing(readConfig({ dataset: { name: dataset.name } }).dataset, dataset, 'dataset').map(
      setting,
    ),
    ...others.map(({ name }) => `--other ${shellQuoted(name)}`),
    ...differences[fewest].map(setting),
  ].join(' ')
}

/** Paths whose values differ, with the wanted value. */
function differing(base: object, wanted: object, path = ''): [string, unknown][] {
  return differences(base, wanted, path)
    .filter(({ values }) => values[1] !== undefined)
    .map(({ path, values }) => [path, values[1]])
}

const setting = ([path, value]: [string, unknown]) =>
  `--set ${shellQuoted(`${path}=${typeof value === 'string' ? value : JSON.stringify(value)}`)}`
