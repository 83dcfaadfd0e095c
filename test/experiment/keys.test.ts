import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { syntheticConfig } from '#src/dataset/config.js'
import { synthesize } from '#src/dataset/synthetic.js'
import type { Arm } from '#src/experiment/arm.js'
import { type ExperimentConfig, experimentConfig, readConfig } from '#src/experiment/config.js'
import { type Memo, memoryMemo, noMemo } from '#src/experiment/memo.js'
import { runArm } from '#src/experiment/run-arm.js'
import type { TrialRow } from '#src/experiment/row.js'
import { setUp } from '#src/experiment/setup.js'
import { Trial } from '#src/experiment/trial.js'

const dataset = synthesize(syntheticConfig.parse({ users: 120, items: 160 }))

const base = {
  policy: { budget: 12, runs: 1, iterations: 2, episodes: 2, rewardK: 5 },
  model: { epochs: 1, dim: 4, proxy: { epochs: 2 } },
  bag: { epochs: 1 },
  contentMap: { rank: 8 },
  augmentation: { pairsPerUser: 3 },
  evaluation: { ks: [5] },
}

const random = { policy: 'random' }
const arms: Arm[] = [
  { name: 'random', users: random },
  { name: 'top', users: { bestOf: ['top:V', 'top:MP'], by: 'proxy' } },
  { name: 'learned', users: { learned: true } },
  { name: 'content-map', tower: 'content-map' },
  { name: 'pairs on content-map', users: random, tower: 'content-map' },
  { name: 'bag', tower: 'bag' },
  { name: 'content', tower: 'content' },
  { name: 'content-knn', tower: 'content-knn' },
  { name: 'simulated', users: random, answers: { accuracy: 0.8, errors: 'independent' } },
]

/** Another allowed value of every setting of the config: a new setting needs a line here. */
const others: Record<string, unknown> = {
  'split.kind': 'random',
  'split.quantile': 0.75,
  'split.coldShare': 0.2,
  'split.warmHoldout': 0.2,
  'split.seed': 1,
  'features.names': ['V', 'MP', 'EE'],
  'features.categoryLevel': 1,
  'features.scaling': 'min-max',
  'features.log1p': 'none',
  'llm.gguf': undefined,
  'llm.url': undefined,
  'llm.model': undefined,
  'llm.backend': 'offline-reader',
  'llm.constrain': 'grammar',
  'llm.extra': { seed: 1 },
  'llm.offline.noise': 2,
  'llm.offline.positionBias': 1,
  'augmentation.pairsPerUser': 4,
  'augmentation.placement': 'balanced',
  'augmentation.placementDraws': 5,
  'augmentation.prompt': 'llm-user-recent-n',
  'augmentation.historyItems': 2,
  'augmentation.historyTokens': 30,
  'augmentation.asking': undefined,
  'augmentation.bothOrders': true,
  'augmentation.disagreeing': 'drop',
  'augmentation.calibrate': true,
  'augmentation.noise': 0.3,
  'augmentation.questionSeed': 5,
  'model.dim': 5,
  'model.batchSize': 64,
  'model.epochs': 2,
  'model.learningRate': 0.2,
  'model.temperature': 0.5,
  'model.initStd': 0.2,
  'model.accumulatorInit': 0.01,
  'model.pairWeight': 1,
  'model.pairGradient': 'joint',
  'model.pairMargins': true,
  'model.proxy.epochs': 3,
  'model.proxy.batchSize': 8,
  'contentMap.rank': 2,
  'contentMap.ridge': 100,
  'bag.learningRate': 0.3,
  'bag.epochs': 2,
  'policy.budget': 9,
  'policy.learner': 'reinforce',
  'policy.scorer': 'mlp',
  'policy.hiddenUnits': 3,
  'policy.runs': 2,
  'policy.iterations': 3,
  'policy.episodes': 4,
  'policy.learningRate': 3,
  'policy.temperature': 3,
  'policy.credit': 'user',
  'policy.baselineDecay': 0.1,
  'policy.ppoEpochs': 2,
  'policy.clipRatio': 0.1,
  'policy.sigma': 3,
  'policy.sigmaDecay': 0.2,
  'policy.eliteShare': 0.6,
  'policy.rewardK': 4,
  'policy.reward': 'early-stop',
  'policy.pool': 60,
  'policy.judge': 'offline',
  'policy.deploy': 'sample',
  'evaluation.exposure': 0.3,
  'evaluation.ks': [3, 5],
  'evaluation.trainings': 2,
}
/** They need a server, a model file or another data set, and other tests have them. */
const notHere = Object.keys(others).filter((path) => others[path] === undefined)

/** Paths of all settings, but those of the data sets: data is known by its fingerprint. */
function paths(schema: z.core.$ZodType, at: string[] = []): string[] {
  const { shape } = unwrapped(schema) as { shape?: Record<string, z.core.$ZodType> }
  if (!shape) return [at.join('.')]
  return Object.entries(shape).flatMap(([key, own]) => paths(own, [...at, key]))
}

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  const { innerType } = schema._zod.def as { innerType?: z.core.$ZodType }
  return innerType ? unwrapped(innerType) : schema
}

const settings = paths(experimentConfig).filter((path) => !/^(dataset|others)\b/.test(path))

function configWith(path: string, value: unknown): ExperimentConfig {
  const record = structuredClone(base) as Record<string, unknown>
  const keys = path.split('.')
  let at = record
  for (const key of keys.slice(0, -1)) at = (at[key] ??= {}) as Record<string, unknown>
  at[keys.at(-1)!] = value
  return readConfig(record)
}

/** A memo that notes the keys it is asked for. */
function noting(memo: Memo): { memo: Memo; keys: string[] } {
  const keys: string[] = []
  const get: Memo['get'] = (kind, key, make) => {
    keys.push(JSON.stringify([kind, key]))
    return memo.get(kind, key, make)
  }
  return { memo: { ...memo, get }, keys }
}

/** The config with every read of a setting noted. */
function watched(config: ExperimentConfig): { config: ExperimentConfig; read: Set<string> } {
  const read = new Set<string>()
  const watch = <T extends object>(value: T, at: string[]): T =>
    new Proxy(value, {
      get(target, key) {
        const found = Reflect.get(target, key) as unknown
        if (typeof key !== 'string' || Array.isArray(target)) return found
        const path = [...at, key]
        if (settings.includes(path.join('.')) && !readForAKey()) read.add(path.join('.'))
        return typeof found === 'object' && found !== null && !Array.isArray(found)
          ? watch(found, path)
          : found
      },
    })
  return { config: watch(config, []), read }
}

/** Whether the setting is read to make a key of it, and not to compute anything. */
function readForAKey(): boolean {
  const readers = new Error().stack!.split('\n').slice(3, 6).join('\n')
  return /\bkeys\.(js|ts)|JSON\.stringify/.test(readers)
}

async function run(config: ExperimentConfig, arm: Arm, memo: Memo): Promise<TrialRow> {
  return runArm(new Trial(setUp(dataset, config), { seed: 1, memo }), arm)
}

it('this file lists another value of every setting', () => {
  expect(Object.keys(others).sort()).toEqual([...settings].sort())
})

describe.each(arms.map((arm) => [arm.name, arm] as const))('a row of %s', (_, arm) => {
  const shared = memoryMemo()

  it.each(settings.filter((path) => !notHere.includes(path)))(
    'is never that of another %s',
    async (path) => {
      await run(readConfig(base), arm, shared)
      const config = configWith(path, others[path])
      expect(await run(config, arm, shared)).toEqual(await run(config, arm, noMemo))
    },
  )

  it('has a key without the settings that it cannot depend on', async () => {
    const { memo, keys } = noting(noMemo)
    const { config, read } = watched(readConfig(base))
    const setup = setUp(dataset, readConfig(base))
    await runArm(new Trial({ ...setup, config }, { seed: 1, memo }), arm)
    for (const path of settings) {
      if (read.has(path) || notHere.includes(path)) continue
      const other = noting(noMemo)
      const changed = configWith(path, others[path])
      // The split and the features are made of their settings before a trial begins.
      const again = /^(split|features)\b/.test(path) ? setUp(dataset, changed) : setup
      if (!isDeepStrictEqual([again.split, again.features], [setup.split, setup.features])) continue
      await runArm(new Trial({ ...again, config: changed }, { seed: 1, memo: other.memo }), arm)
      expect([path, other.keys]).toEqual([path, keys])
    }
  })
})
