import { createHash } from 'node:crypto'
import type { Augmentation, PreferencePair } from '../augmentation/augmenter.js'
import { average, type RankingReport, recallPerUser, type Recommender } from '../evaluation/evaluate.js'
import { fixedPolicy } from '../policy/policy.js'
import type { TwoTowerModel } from '../two-tower/engine.js'
import { stream } from '../util/random.js'
import { validationRecall } from './episode.js'
import { type Lab, rankingTasks } from './lab.js'
import { deploy, type LearnedPolicy, trainPolicy, trainingsToLearn } from './policy-training.js'
import { version } from './provenance.js'
import type { TrialRow } from './trial.js'

/** What one finished training is worth. JSON, kept by the memo. */
type Measured = Pick<TrialRow, 'metrics' | 'validation' | 'userRecall'>

/** The row of a fixed policy by name. */
export async function fixedRow(lab: Lab, name: string, step: () => void): Promise<TrialRow> {
  const { features, config } = lab.materials
  const users = fixedPolicy(name).select(features, config.policy.budget, stream(lab.seed, 'selection', name))
  return selectionRow(lab, name, users, step)
}

/** The users that arm `random` asks at this budget. */
export function randomUsers({ materials: { features }, seed }: Lab, budget: number): Int32Array {
  return fixedPolicy('random').select(features, budget, stream(seed, 'selection', 'random'))
}

/** Asks the users, trains `evaluation.trainings` times, and measures. */
export async function selectionRow(lab: Lab, policy: string, users: Int32Array, step: () => void): Promise<TrialRow> {
  const augmentation = await lab.augmenter.augment(users)
  return { ...(await pairsRow(lab, policy, augmentation.pairs, step)), users: users.length, ...costs(augmentation), ...profileOf(lab, users) }
}

function profileOf({ materials: { features } }: Lab, users: Int32Array): Pick<TrialRow, 'profile'> {
  if (users.length === 0) return {}
  const selected = new Set(users)
  const width = features.names.length
  const sums = new Float64Array(width)
  features.users.forEach((user, k) => {
    if (selected.has(user)) for (let j = 0; j < width; j++) sums[j] += features.scaled[k * width + j]
  })
  return { profile: Object.fromEntries(features.names.map((name, j) => [name, sums[j] / users.length])) }
}

/** The row of given pairs in the ID towers. */
export function pairsRow(lab: Lab, policy: string, pairs: PreferencePair[], step: () => void): Promise<TrialRow> {
  return modelRow(lab, policy, { tower: 'id', pairs: sha256(JSON.stringify(pairs)) }, (t) => (pairs.length === 0 ? lab.warmModel(t) : lab.train(pairs, t)), step)
}

/** Cold items where their text says: no question is asked. */
export function contentMapRow(lab: Lab, step: () => void): Promise<TrialRow> {
  return modelRow(lab, 'content-map', { tower: 'content-map', contentMap: lab.materials.config.contentMap }, (t) => lab.mapContent(t), step)
}

/** Cold items as the sums of their tokens: no question is asked. */
export function bagRow(lab: Lab, step: () => void): Promise<TrialRow> {
  return modelRow(lab, 'bag', { tower: 'bag', bag: lab.materials.config.bag }, (t) => lab.bagModel(t), step)
}

/** Learns a policy (or takes the kept one), selects by it, and measures. */
export async function learnedRow(lab: Lab, policy: string, step: () => void): Promise<TrialRow> {
  const learned = await learnedPolicy(lab, step)
  const row = await selectionRow(lab, policy, deploy(lab, learned), step)
  const { pairsPerUser } = lab.materials.config.augmentation
  return { ...row, learningCalls: learned.usersAsked * pairsPerUser * lab.learningAugmenter.callsPerPair, learned }
}

export async function learnedPolicy(lab: Lab, step: () => void): Promise<LearnedPolicy> {
  const { split, features, llm, augmentation, model, policy } = lab.materials.config
  const trainings = trainingsToLearn(lab.materials)
  let steps = 0
  const onTraining = () => {
    steps++
    step()
  }
  const key = { ...origin(lab), config: { split, features, llm, augmentation, model, policy }, seed: lab.seed }
  const learned = await lab.memo.get('policies', key, () => trainPolicy(lab, onTraining))
  for (; steps < trainings; steps++) step()
  return learned
}

/** The same row under the name `best-feature`: that of the feature which the validation half likes best. */
export function bestFeature(rows: TrialRow[]): TrialRow {
  const [best] = rows.filter(({ policy }) => policy.startsWith('top:')).sort((a, b) => b.validation - a.validation)
  return { ...best, policy: 'best-feature', chosen: best.policy }
}

/** The feature whose top N the validation half likes best, by the mean of three proxies; few questions and no training. */
export async function bestFeatureByProxy(lab: Lab): Promise<string> {
  const { features, config } = lab.materials
  const values: [string, number][] = []
  for (const name of features.names) {
    const users = fixedPolicy(`top:${name}`).select(features, config.policy.budget, stream(0))
    const recalls = []
    for (let t = 0; t < 3; t++) recalls.push(average(await validationRecall(lab, users, t)))
    values.push([`top:${name}`, average(recalls)])
  }
  return values.sort((a, b) => b[1] - a[1])[0][0]
}

/** The mean over the trainings t = 0, 1, ... of one model. @param made - what makes the model, besides data, settings and t */
export async function modelRow(lab: Lab, policy: string, made: object, model: (t: number) => TwoTowerModel | Recommender, step: () => void): Promise<TrialRow> {
  const { config } = lab.materials
  const measured: Measured[] = []
  for (let t = 0; t < config.evaluation.trainings; t++) {
    const { split, model: twoTower, evaluation, policy } = config
    const key = { ...origin(lab), split, twoTower, ks: evaluation.ks, rewardK: policy.rewardK, seed: lab.seed, t, ...made }
    measured.push(await lab.memo.get('trainings', key, () => measure(lab, model(t))))
    step()
  }
  const metrics = Object.keys(measured[0].metrics).map((metric) => [metric, average(measured.map((one) => one.metrics[metric]))] as const)
  const users = measured.map((one) => decodeUsers(one.userRecall))
  return {
    policy,
    seed: lab.seed,
    factors: {},
    users: 0,
    calls: 0,
    learningCalls: 0,
    failed: 0,
    trainings: measured.length,
    metrics: Object.fromEntries(metrics),
    validation: average(measured.map(({ validation }) => validation)),
    userRecall: encodeUsers(users[0].map((_, k) => average(users.map((own) => own[k])))),
  }
}

function measure(lab: Lab, model: TwoTowerModel | Recommender): Measured {
  const { config, split } = lab.materials
  const report = lab.evaluate(model, 'test')
  const metrics = Object.entries<RankingReport>({ ...report }).flatMap(([ranking, { mean }]) => Object.entries(mean).map(([metric, value]) => [`${ranking}:${metric}`, value] as const))
  const tasks = { validation: rankingTasks(split, 'validation').cold, test: rankingTasks(split, 'test').cold }
  const recall = (half: keyof typeof tasks) => recallPerUser(lab.recommender(model), tasks[half], config.policy.rewardK)
  return { metrics: Object.fromEntries(metrics), validation: average(recall('validation')), userRecall: encodeUsers(Float32Array.from(recall('test'))) }
}

function costs({ calls, failed, firstPositionShare }: Augmentation): Partial<TrialRow> {
  return { calls, failed, ...(calls > 0 ? { firstPositionShare } : {}) }
}

function origin({ materials, engine }: Lab) {
  const { dataset, split, features } = materials
  // Presets may narrow the cold items and the candidates of a split.
  const narrowed = sha256(JSON.stringify([[...split.coldItems.all], [...features.users], features.names]))
  return { understudy: version, data: dataset.fingerprint, narrowed, engine: engine.name }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

export function encodeUsers(values: Float32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64')
}

export function decodeUsers(text: string): Float32Array {
  return new Float32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer)
}
