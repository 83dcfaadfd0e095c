import { average, recallPerUser } from '../evaluation/evaluate.js'
import { trainPart } from '../dataset/train-part.js'
import type { Engine } from '../two-tower/engine.js'
import { bestFeatureByProxy, randomUsers } from './arms.js'
import { askTrueQuestions, type Audit, auditAnswers, auditVerdict, ranksRight, type Share, trueQuestions } from './audit.js'
import { blend, contentPrior } from './content-models.js'
import { Lab, type LabOptions, type Materials, rankingTasks } from './lab.js'
import { prepare } from './prepare.js'
import { UnderstudyError } from '../util/errors.js'
import { agreement, type SimulatedJudge, simulateAnswers } from './simulated-judge.js'

/** What asking would gain over the content map, with judges of a dialled accuracy. */
export interface Gain {
  users: number
  questions: number
  accuracy: number
  errors: SimulatedJudge['errors']
  /** Cold recall@K minus the content map's, on the rehearsal's test half; mean and standard error over rehearsals. */
  gain: number
  standardError: number
}

/** Advice before any money. Everything is measured on a rehearsal: warm items of the train part pretended cold; `audit` is against the blend. */
export interface Advice {
  rehearsal: { kind: string; users: number; coldItems: number; evaluatedUsers: number; repetitions: number }
  k: number
  recall: { chance: number; contentMap: number; blend: number }
  gains: Gain[]
  /** The lowest accuracy of independent errors that pays at each number of users; null where none does. */
  breakEven: { users: number; accuracy: number | null; textLikeAccuracy: number | null }[]
  judge: string
  audit: Audit
  /** Which users to ask, as a fixed policy. */
  policy: string
  ask: boolean
  /** The verdict in a sentence. */
  verdict: string
}

/** Run-time and what-if things of an advice. */
export interface AdviceOptions extends LabOptions {
  /** Rehearsals with their own questions, start and order. */
  repetitions: number
  /** Questions of the audit, over all rehearsals. */
  auditQuestions: number
  /** A judge of this accuracy and errors of its own instead of the one at hand. */
  simulate?: number
  onStep?: () => void
}

const accuracies = [0.55, 0.65, 0.75, 0.85, 0.95]

export const adviseSteps = (repetitions: number) => repetitions * (2 + 3 * 2 * accuracies.length)

/** @throws InputError when the train part has too few late items to rehearse with */
export async function advise(materials: Materials, judge: string, engine: Engine, options: AdviceOptions): Promise<Advice> {
  const { config } = materials
  const rehearsal = rehearsalOf(materials)
  const labs = Array.from({ length: options.repetitions }, (_, seed) => new Lab(rehearsal, engine, seed, options))
  const budgets = [...new Set([1, 10 / 3, 10].map((times) => Math.min(rehearsal.features.users.length, Math.round(times * config.policy.budget))))]
  const rows: Rehearsed[] = []
  for (const lab of labs) rows.push(await rehearse(lab, budgets, Math.ceil(options.auditQuestions / labs.length), options))
  const gains = rows[0].gains.map((first, k) => {
    const values = rows.map(({ gains }) => gains[k].gain)
    const mean = average(values)
    const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / Math.max(1, values.length - 1))
    return { ...first, gain: mean, standardError: deviation / Math.sqrt(values.length) }
  })
  const breakEven = budgets.map((users) => ({ users, accuracy: payingFrom(gains, users, 'independent'), textLikeAccuracy: payingFrom(gains, users, 'text-like') }))
  const audit = pool(rows.map(({ audit }) => audit))
  const policy = mostFrequent(await Promise.all(labs.map((lab) => bestFeatureByProxy(withOfflineReader(lab)))))
  const pays = breakEven.find(({ accuracy }) => accuracy !== null && accuracy <= audit.accuracy.share)
  const informs = audit.whereMapWrong.share - 1.96 * audit.whereMapWrong.standardError > 0.5
  const ask = informs && pays !== undefined
  const task = rankingTasks(rehearsal.split, 'test').cold
  return {
    rehearsal: { kind: rehearsal.split.kind, users: rehearsal.features.users.length, coldItems: rehearsal.split.coldItems.all.length, evaluatedUsers: task.relevant.users.length, repetitions: labs.length },
    k: config.policy.rewardK,
    recall: { chance: Math.min(1, config.policy.rewardK / task.candidates.length), contentMap: average(rows.map(({ contentMap }) => contentMap)), blend: average(rows.map(({ blended }) => blended)) },
    gains,
    breakEven,
    judge: options.simulate === undefined ? judge : `simulated, accuracy ${options.simulate}, independent errors`,
    audit,
    policy,
    ask,
    verdict: ask
      ? `ask: ${auditVerdict(audit)}; ${pays.users} users by ${policy} x ${config.augmentation.pairsPerUser} questions are the least that paid here`
      : `do not ask: ${informs ? `at its accuracy no budget tried paid (${breakEven.map(({ users, accuracy }) => `${users} users: from ${accuracy ?? 'none'} on`).join(', ')})` : auditVerdict(audit)}`,
  }
}

/**
 * The train part split again in the same way, so that what is pretended cold is late, as new items are; at random where
 * that leaves too few items or users to tell anything.
 */
function rehearsalOf({ dataset, split, config }: Materials): Materials {
  const part = trainPart(dataset, split)
  const enough = ({ split }: Materials) =>
    (['validation', 'test'] as const).every((half) => split.coldItems[half].length >= 2 * config.policy.rewardK && split.relevant[half].users.length >= 200)
  if (config.split.kind === 'temporal') {
    try {
      const rehearsal = prepare(part, config)
      if (enough(rehearsal)) return rehearsal
    } catch (error) {
      if (!(error instanceof UnderstudyError)) throw error
    }
  }
  const { coldItems, warmItems } = split
  const coldShare = Math.min(0.5, Math.max(0.05, coldItems.all.length / (coldItems.all.length + warmItems.length)))
  return prepare(part, { ...config, split: { ...config.split, kind: 'random', coldShare } })
}

type Rehearsed = { contentMap: number; blended: number; audit: Audit; gains: Omit<Gain, 'standardError'>[] }

async function rehearse(lab: Lab, budgets: number[], auditQuestions: number, { simulate, onStep }: AdviceOptions): Promise<Rehearsed> {
  const { config, split } = lab.materials
  const recall = (model: Parameters<Lab['recommender']>[0]) => average(recallPerUser(lab.recommender(model), rankingTasks(split, 'test').cold, config.policy.rewardK))
  const contentMap = recall(lab.mapContent())
  // What a judge must add to is the best that content gives for nothing: the blend, of which the map alone is a case.
  const free = blend(lab).model
  const blended = recall(free)
  onStep?.()
  const truth = lab.trainOnEverything()
  const questions = trueQuestions(lab, 'validation', auditQuestions)
  const simulated = (accuracy: number) =>
    simulateAnswers(questions.map(({ user, chosen, other }) => ({ user, preferred: chosen, other })), questions.map(() => true), { accuracy, errors: 'independent' }, lab.seed).map((pair) => ({ pair }))
  const asked = simulate === undefined ? await askTrueQuestions(lab, questions) : simulated(simulate)
  const audit = auditAnswers(questions, asked, ranksRight(questions, free, split.coldItems.validation))
  onStep?.()
  // Simulated answers need questions, not the judge at hand.
  const offline = withOfflineReader(lab)
  const gains: Rehearsed['gains'] = []
  for (const users of budgets) {
    const { pairs } = await offline.augmenter.augment(randomUsers(lab, users))
    const right = agreement(pairs, truth)
    for (const errors of ['independent', 'text-like'] as const)
      for (const accuracy of accuracies) {
        const { model } = contentPrior(lab, simulateAnswers(pairs, right, { accuracy, errors }, lab.seed))
        gains.push({ users, questions: users * config.augmentation.pairsPerUser, accuracy, errors, gain: recall(model) - contentMap })
        onStep?.()
      }
  }
  return { contentMap, blended, audit, gains }
}

/** Only the audit's questions are put to the judge at hand; all others to the offline reader, which is free. */
function withOfflineReader(lab: Lab): Lab {
  return lab.with({ llm: { url: undefined, model: undefined } })
}

/** The lowest accuracy whose gain is more than twice its standard error. */
function payingFrom(gains: Gain[], users: number, errors: Gain['errors']): number | null {
  const paying = gains.filter((one) => one.users === users && one.errors === errors && one.gain > 0 && one.gain > 2 * one.standardError)
  return paying.length === 0 ? null : Math.min(...paying.map(({ accuracy }) => accuracy))
}

/** Audits of several rehearsals as one. */
function pool(audits: Audit[]): Audit {
  const of = (pick: (audit: Audit) => Share): Share => {
    const n = audits.reduce((sum, audit) => sum + pick(audit).n, 0)
    const share = audits.reduce((sum, audit) => sum + pick(audit).share * pick(audit).n, 0) / Math.max(1, n)
    return { share, standardError: Math.sqrt((share * (1 - share)) / Math.max(1, n)), n }
  }
  return {
    accuracy: of(({ accuracy }) => accuracy),
    whereMapWrong: of(({ whereMapWrong }) => whereMapWrong),
    whereMapRight: of(({ whereMapRight }) => whereMapRight),
    mapAccuracy: of(({ mapAccuracy }) => mapAccuracy),
    unanswered: audits.reduce((sum, { unanswered }) => sum + unanswered, 0),
  }
}

function mostFrequent(names: string[]): string {
  const count = (name: string) => names.filter((other) => other === name).length
  return [...names].sort((a, b) => count(b) - count(a))[0]
}
