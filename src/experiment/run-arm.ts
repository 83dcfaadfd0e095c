import type { Augmentation, PreferencePair } from '../augmentation/augmenter.js'
import { InputError } from '../util/errors.js'
import type { Arm, Selection, View } from './arm.js'
import { measure } from './measure.js'
import type { LearnedPolicy } from '../policy/learned-policy.js'
import { deploy, trainingsToLearn } from './policy-training.js'
import type { TrialRow } from './row.js'
import { bestByProxy, fixedSelection, learnedPolicy, proxiesEach } from './selection.js'
import type { Setup } from './setup.js'
import { agreement, simulateAnswers, type SimulatedJudge } from './simulated-judge.js'
import { rewardOf, trainingOf, type Work } from './steps.js'
import type { Trial } from './trial.js'
import { viewOf } from './view.js'

/** Users to ask about, and the way in which they were found. */
type Asked = Pick<TrialRow, 'learned' | 'chosen'> & { users: Int32Array; learningCalls: number }

type BestOf = Extract<Selection, { bestOf: readonly string[] }>
type Costs = Pick<TrialRow, 'calls' | 'failed'>

/**
 * Runs one arm of an experiment: selects users, asks about them, trains and measures.
 * @returns its row for the seed of the trial
 * @throws InputError where the arm needs data that is missing; ConfigError for an unknown policy,
 * tower or feature; ProviderError where the judge answers no more
 * @example
 * const row = await runArm(trial, { name: 'random', users: { policy: 'random' } })
 * console.log(row.metrics['cold:recall@50'])
 */
export async function runArm(trial: Trial, arm: Arm): Promise<TrialRow> {
  const own = await trialOf(trial, arm)
  const asked = await select(trial, own, arm)
  const augmentation = await own.ask(asked.users)
  const pairs = arm.answers ? simulated(own, augmentation.pairs, arm.answers) : augmentation.pairs
  const measured = await trial.steps.run(measuring(own.setup, arm), (step) =>
    measure(own, arm.tower ?? 'id', pairs, step),
  )
  const { users, ...how } = asked
  return {
    policy: arm.name,
    seed: trial.seed,
    factors: arm.factors ?? {},
    ...measured,
    users: users.length,
    ...costsOf(augmentation),
    ...profileOf(own.setup, users),
    ...how,
  }
}

/** The pieces of work that `runArm` does; in a trial, pieces of the same name are done once. */
export function worksOf(setup: Setup, arm: Arm): Work[] {
  const { users, sameBillAs } = arm
  const configured = withSettings(setup, arm)
  return [
    ...(sameBillAs ? worksOf(setup, sameBillAs) : []),
    ...(users && 'learned' in users ? [learning(configured, arm, users.from)] : []),
    ...(users && 'bestOf' in users ? choosing(setup, arm, users) : []),
    measuring(configured, arm),
  ]
}

/** The setup under the arm's settings, as far as steps depend on them. */
function withSettings(setup: Setup, { settings }: Arm): Setup {
  const { config } = setup
  return { ...setup, config: { ...config, policy: { ...config.policy, ...settings?.policy } } }
}

function measuring({ config }: Setup, arm: Arm): Work {
  const { users, answers, tower = 'id', settings, sameBillAs, view } = arm
  const name = JSON.stringify(['measure', users, answers, tower, settings, sameBillAs, view])
  return { name, kind: trainingOf(tower, config.policy.budget), steps: config.evaluation.trainings }
}

function learning({ config, features }: Setup, { settings, view }: Arm, from?: number): Work {
  const names = view?.features ?? features.names
  return {
    name: JSON.stringify(['learn', from, settings, view]),
    kind: rewardOf(config.policy.reward),
    steps: trainingsToLearn({ config, features: { names } }),
  }
}

function choosing(setup: Setup, arm: Arm, { bestOf, by, under, from }: BestOf): Work[] {
  if (by === 'training')
    return bestOf.map((policy) => measuring(setup, { ...arm, users: { policy } }))
  const { settings, view, sameBillAs } = arm
  const scope = under === 'run' ? [view] : [view, settings, sameBillAs]
  const name = JSON.stringify(['choose', bestOf, from, ...scope])
  const kind = rewardOf(withSettings(setup, arm).config.policy.reward)
  return [{ name, kind, steps: proxiesEach * bestOf.length }]
}

/** The trial under the arm's view and settings. */
async function trialOf(trial: Trial, { view, settings = {}, sameBillAs }: Arm): Promise<Trial> {
  const own = onPart(trial, view).with(settings)
  if (!sameBillAs) return own
  const bill = await runArm(trial, sameBillAs)
  const perUser = bill.calls / Math.max(1, bill.users)
  const { features, config } = own.setup
  const more = Math.round(bill.learningCalls / perUser)
  return own.with({
    policy: { budget: Math.min(features.users.length, config.policy.budget + more) },
  })
}

/** The trial on a part of its data, or of one of the further data sets. */
export function onPart(trial: Trial, view?: View, from?: number): Trial {
  if (view === undefined && from === undefined) return trial
  const part = () => {
    if (from === undefined) return viewOf(trial.setup, view)
    const other = trial.setup.others[from]
    if (!other) throw new InputError('another data set is needed: --other NAME')
    return viewOf(other, view?.features ? { features: view.features } : undefined)
  }
  return trial.on(part, JSON.stringify(['part', from, view]))
}

async function select(trial: Trial, own: Trial, arm: Arm): Promise<Asked> {
  const { users, view, settings = {} } = arm
  if (users === undefined) return { users: new Int32Array(0), learningCalls: 0 }
  if ('policy' in users) return { users: fixedSelection(own, users.policy), learningCalls: 0 }
  const { from } = users
  const there = from === undefined ? own : onPart(trial, view, from).with(settings)
  if ('bestOf' in users) {
    const chosen = await choose(trial, there, arm, users)
    return { users: fixedSelection(own, chosen), chosen, learningCalls: 0 }
  }
  const learned = await trial.steps.run(learning(there.setup, arm, from), (step) =>
    learnedPolicy(there, step),
  )
  const selected = deploy(own, learned)
  if (from !== undefined) return { users: selected, learningCalls: 0 }
  return { users: selected, learned, learningCalls: learningCalls(own, learned) }
}

/** Questions put to the chat model in order to learn. */
function learningCalls({ setup: { config }, learningAugmenter }: Trial, learned: LearnedPolicy) {
  if (config.policy.judge === 'offline') return 0
  return learned.usersAsked * config.augmentation.pairsPerUser * learningAugmenter.callsPerPair
}

async function choose(trial: Trial, there: Trial, arm: Arm, users: BestOf): Promise<string> {
  const { bestOf, by, under } = users
  if (by === 'proxy') {
    const chooser = under === 'run' ? onPart(trial, arm.view, users.from) : there
    const [work] = choosing(trial.setup, arm, users)
    return trial.steps.run(work, (step) => bestByProxy(chooser, bestOf, () => step()))
  }
  const rows: TrialRow[] = []
  for (const policy of bestOf)
    rows.push(await runArm(trial, { ...arm, name: policy, users: { policy } }))
  return rows.sort((a, b) => b.validation - a.validation)[0].policy
}

function simulated(trial: Trial, pairs: PreferencePair[], judge: SimulatedJudge): PreferencePair[] {
  return simulateAnswers(pairs, agreement(pairs, trial.trainOnEverything()), judge, trial.seed)
}

function costsOf({ calls, failed, firstPositionShare }: Augmentation): Partial<TrialRow> & Costs {
  return { calls, failed, ...(calls > 0 ? { firstPositionShare } : {}) }
}

/** The mean of each scaled feature over the selected users. */
function profileOf({ features }: Setup, users: Int32Array): Pick<TrialRow, 'profile'> {
  if (users.length === 0) return {}
  const selected = new Set(users)
  const width = features.names.length
  const sums = new Float64Array(width)
  features.users.forEach((user, k) => {
    if (selected.has(user))
      for (let j = 0; j < width; j++) sums[j] += features.scaled[k * width + j]
  })
  return {
    profile: Object.fromEntries(features.names.map((name, j) => [name, sums[j] / users.length])),
  }
}
