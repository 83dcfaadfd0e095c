/**
 * Tests of the public types: `tsc -p test`, which lint runs, compiles this file. It stops compiling
 * when the API changes in a way that breaks what users have written. Nothing in it is run.
 */
import { expectTypeOf } from 'vitest'
import {
  type Arm,
  askings,
  type Asking,
  type ChatBackend,
  type ChatModel,
  chatModels,
  type Engine,
  type EngineRecord,
  engines,
  engineWithLosses,
  type FixedPolicyKind,
  fixedPolicies,
  featureRegistry,
  type InstalledPackage,
  type LearnerKind,
  learners,
  makeEngine,
  type Placement,
  placements,
  type Preset,
  presets,
  type PromptForm,
  promptForms,
  type Recommender,
  type Scorer,
  type ScorerKind,
  scorers,
  type Selection,
  type SelectionPolicy,
  type Source,
  sources,
  type Tower,
  towers,
  Trial,
  type UserFeature,
  wasmEngine,
} from '#src/index.js'

declare const recommender: Recommender

// ----- What a user may add: each registry takes a custom entry, and refuses a wrong one. -----

featureRegistry.add({
  name: 'weekends',
  title: 'share of interactions on a weekend',
  unit: '-',
  needs: ['timestamps'],
  heavyTailed: false,
  compute: ({ users, train }) => Float64Array.from(users, (user) => train.start[user]),
})
// @ts-expect-error: a feature says what it needs
featureRegistry.add({ name: 'x', title: 'x', unit: '-', heavyTailed: false, compute: () => values })
// @ts-expect-error: prices are no field of the data
void (['prices'] satisfies UserFeature['needs'])
const values = new Float64Array(0)

learners.add({
  name: 'still',
  space: 'parameter',
  settings: ['sigma'],
  make(features, scorer, { episodes, sigma }, rng) {
    expectTypeOf(sigma).toBeNumber()
    const weights = scorer.start(features.names.length, rng)
    const logits = () => scorer.logits(features, weights)
    return {
      propose: () => Array.from({ length: episodes }, () => ({ logits: logits(), draw: 'top' })),
      update: (done) => expectTypeOf(done[0].userReward).toEqualTypeOf<Float64Array>(),
      logits,
      weights: () => weights,
    }
  },
})
// @ts-expect-error: there are two spaces
void ('both' satisfies LearnerKind['space'])
// @ts-expect-error: settings are names of the section policy
void (['epsilon'] satisfies LearnerKind['settings'])

const scorer: Scorer = {
  name: 'constant',
  size: () => 1,
  start: () => new Float64Array(1),
  logits: ({ users }, weights) => new Float64Array(users.length).fill(weights[0]),
  addGradient: (_features, _weights, _k, scale, out) => void (out[0] += scale),
}
scorers.add({ name: 'constant', settings: [], make: () => scorer })
// @ts-expect-error: a kind of scorer makes scorers
void (scorer satisfies ScorerKind)

fixedPolicies.add({
  name: 'first',
  takesFeature: false,
  select: ({ users }, budget) => users.slice(0, budget),
})
const anyFirst: SelectionPolicy = { name: 'first', select: ({ users }, n) => users.slice(0, n) }
// @ts-expect-error: a kind of policy says whether it takes a feature
void (anyFirst satisfies FixedPolicyKind)

sources.add({
  name: 'plays',
  find: ({ name, files }) => files.map((file) => ({ name, interactions: file })),
  read: (files, builder, ctx) =>
    ctx.lines(files.interactions, (line, at) => builder.add({ user: line, item: line }, at)),
})
// @ts-expect-error: users and items are named by text
const numbered: Source['read'] = async (_, builder) => builder.add({ user: 1, item: 2 }, place)
const place = { file: 'plays.txt', line: 1 }
void numbered

chatModels.add({
  name: 'shortest-title',
  free: true,
  fingerprint: () => undefined,
  inFlight: (_config, { concurrency }) => concurrency,
  make: () => judge,
})
const judge: ChatModel = {
  name: 'always the first',
  offline: true,
  complete: async (messages, { maxTokens }) => ({
    text: messages[0].content.slice(0, maxTokens),
    usage: { prompt: 1, completion: 1, cached: 0 },
  }),
}
// @ts-expect-error: an answer is an object with a text
const bare: ChatModel['complete'] = async () => '1'
// @ts-expect-error: a fingerprint says whether answers may be stored
const nameless: ChatBackend = { name: 'x', inFlight: () => 1, make: () => judge }
void [bare, nameless]

placements.add({
  name: 'neighbours',
  settings: ['placementDraws'],
  make:
    ({ items, config }) =>
    (user) =>
      Array.from({ length: config.pairsPerUser }, () => [items[user], items[user + 1]]),
})
// @ts-expect-error: a question has two items
const single: ReturnType<Placement['make']> = () => [[1]]
void single

promptForms.add({
  name: 'first-n',
  version: 'first-n/1',
  settings: ['historyItems'],
  shown: (history, n) => history.slice(0, n),
})
// @ts-expect-error: a version tells stored answers of this form from those of others
const versionless: PromptForm = { name: 'x', settings: [], shown: (history) => history }
void versionless

askings.add({
  name: 'nobody',
  settings: [],
  make: () => ({ callsPerPair: 0, ask: async () => [], prompts: () => [] }),
})
// @ts-expect-error: asking takes time
const atOnce: ReturnType<Asking['make']>['ask'] = () => []
void atOnce

const counting: Engine = { ...wasmEngine(), name: 'counting 1' }
engines.add({ name: 'counting', make: () => counting, auto: ({ dim }) => `dimension ${dim}` })
engines.add({
  name: 'packaged',
  needs: { find: () => undefined, install: 'npm install packaged' },
  make: (found) => {
    expectTypeOf(found).toEqualTypeOf<InstalledPackage>()
    return counting
  },
})
// @ts-expect-error: without a package, nothing is found to make the engine of
const unfounded: EngineRecord = { name: 'x', make: (found: InstalledPackage) => found && counting }
// @ts-expect-error: an engine ranks, too
const halfAnEngine: Engine = { name: 'x', train: counting.train, fitItems: counting.fitItems }
void [unfounded, halfAnEngine]
expectTypeOf(makeEngine('wasm')).toEqualTypeOf<Engine>()
engineWithLosses('hinge', () => ({
  pair: ({ u, chosen, rejected, weight }) => u.mul(chosen.sub(rejected)).sum(1).mul(weight).mean(),
}))
// @ts-expect-error: a loss is a tensor
engineWithLosses('number', () => ({ pair: () => 0 }))

towers.add({
  name: 'warm',
  settings: ['contentMap'],
  fit: ({ warmModel, coldItems }, given) => {
    expectTypeOf(coldItems).toEqualTypeOf<Int32Array>()
    expectTypeOf(given[0].margin).toEqualTypeOf<number | undefined>()
    return warmModel()
  },
})
towers.add({ name: 'scores', settings: [], fit: () => recommender })
// @ts-expect-error: every tower reads `model`, and does not say so
void (['model'] satisfies Tower['settings'])

const arm = {
  name: 'random/placed',
  factors: { budget: 100 },
  users: { policy: 'random' },
  answers: { accuracy: 0.8, errors: 'independent' },
  tower: 'content-map',
  settings: { augmentation: { placement: 'confident' }, policy: { budget: 100 } },
  view: { features: ['V'], categories: 'other' },
} satisfies Arm
void ({ bestOf: ['top:V'], by: 'proxy' } satisfies Selection)
void ({ learned: true, from: 0 } satisfies Selection)
// @ts-expect-error: policies are compared after trainings, or by proxies
void ({ bestOf: ['top:V'], by: 'guess' } satisfies Selection)
// @ts-expect-error: an arm that selects nobody leaves `users` out
const nobody: Arm = { name: 'x', users: {} }
// @ts-expect-error: a budget is a number
const wordy: Arm = { name: 'x', settings: { policy: { budget: 'large' } } }
// @ts-expect-error: data and split are those of the whole run
const resplit: Arm = { name: 'x', settings: { split: { quantile: 0.5 } } }
void [nobody, wordy, resplit]

const preset: Preset = {
  name: 'custom',
  title: 'A custom preset',
  question: 'Is it accepted?',
  sizes: { smoke: { seeds: 1, settings: {} }, full: { seeds: 12, settings: {} } },
  arms: ({ config }) => [arm, { name: `budget ${config.policy.budget}` }],
  measurements: {
    steps: () => 1,
    measure: async (own, step) => {
      expectTypeOf(own).toEqualTypeOf<Trial>()
      step()
      return [{ name: 'judge', metrics: { accuracy: 0.5 } }]
    },
  },
  comparisons: (rows) => rows.map(({ policy }) => ({ arm: policy, against: 'random' })),
  conclusion: (rows) => `${rows.length} rows`,
}
presets.add(preset)
// @ts-expect-error: a preset has two sizes
const oneSize: Preset['sizes'] = { full: { seeds: 12, settings: {} } }
void oneSize
