import type { Augmentation } from '../../augmentation/augmenter.js'
import { average, type RankingReport, recallPerUser } from '../../evaluation/evaluate.js'
import { fixedPolicy } from '../../policy/policy.js'
import type { TwoTowerModel } from '../../two-tower/engine.js'
import { stream } from '../../util/random.js'
import { type Lab, rankingTasks } from '../lab.js'
import { type LearnedPolicy, trainingsToLearn, trainPolicy } from '../policy-training.js'
import type { Preset, TrialRow } from '../trial.js'

/** The headline table: no augmentation, random, the top of each feature, learned, everybody; and content without a chat model. */
export const policyVsBaselines: Preset = {
  name: 'policy-vs-baselines',
  title: 'Learned selection against random, single features, everybody, and content alone',
  steps: (materials) => trainingsToLearn(materials) + fixedNames(materials).length + 2,
  async run(lab, step) {
    const rows: TrialRow[] = []
    const add = (row: TrialRow) => {
      rows.push(row)
      step()
    }
    for (const name of fixedNames(lab.materials)) if (name !== 'all') add(await fixedRow(lab, name))
    const learned = await trainPolicy(lab, step)
    add({ ...(await selectionRow(lab, 'learned', learned.users)), ...learningOf(lab, learned) })
    add(await fixedRow(lab, 'all'))
    add(modelRow(lab, 'content-map', lab.mapContent(), 0))
    return rows
  },
}

function fixedNames({ features }: Lab['materials']): string[] {
  return ['none', 'random', ...features.names.map((name) => `top:${name}`), 'all']
}

function fixedRow(lab: Lab, name: string): Promise<TrialRow> {
  const { features, config } = lab.materials
  const users = fixedPolicy(name).select(features, config.policy.budget, stream(lab.seed, 'selection', name))
  return selectionRow(lab, name, users)
}

async function selectionRow(lab: Lab, policy: string, users: Int32Array): Promise<TrialRow> {
  const augmentation = await lab.augmenter.augment(users)
  const model = users.length === 0 ? lab.warmModel() : lab.train(augmentation.pairs)
  return modelRow(lab, policy, model, users.length, augmentation)
}

function modelRow(lab: Lab, policy: string, model: TwoTowerModel, users: number, augmentation?: Augmentation): TrialRow {
  const report = lab.evaluate(model, 'test')
  const metrics = Object.entries<RankingReport>({ ...report }).flatMap(([ranking, { mean }]) =>
    Object.entries(mean).map(([metric, value]) => [`${ranking}:${metric}`, value] as const),
  )
  const { split, config } = lab.materials
  const validation = recallPerUser(lab.recommender(model), rankingTasks(split, 'validation').cold, config.policy.rewardK)
  return {
    policy,
    seed: lab.seed,
    users,
    calls: augmentation?.calls ?? 0,
    learningCalls: 0,
    failed: augmentation?.failed ?? 0,
    ...(augmentation && augmentation.calls > 0 ? { firstPositionShare: augmentation.firstPositionShare } : {}),
    metrics: Object.fromEntries<number>(metrics),
    validation: average(validation),
  }
}

function learningOf({ materials }: Lab, { weights, rewards, usersAsked }: LearnedPolicy): Pick<TrialRow, 'learningCalls' | 'learned'> {
  const { pairsPerUser, bothOrders } = materials.config.augmentation
  return {
    learningCalls: usersAsked * pairsPerUser * (bothOrders ? 2 : 1),
    learned: { weights: Object.fromEntries([...materials.features.names, 'bias'].map((name, j) => [name, weights[j]])), rewards },
  }
}
