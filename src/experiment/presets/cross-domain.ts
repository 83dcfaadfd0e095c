import { historyOf } from '../../dataset/histories.js'
import { InputError } from '../../util/errors.js'
import { bestFeatureByProxy, fixedRow, learnedPolicy, learnedRow, selectionRow } from '../arms.js'
import { Lab, type Materials } from '../lab.js'
import { deploy, trainingsToLearn } from '../policy-training.js'
import { restrict, withColumns } from '../restrict.js'
import type { Preset, TrialRow } from '../trial.js'
import { smoke } from './sizes.js'

/**
 * Does a policy travel? Learned on another data set (`--other`) and deployed here, against one learned here; the same
 * for the best single feature. And within this data set: cold items of some categories (`A`), asked of users whose
 * histories are mostly of these, or mostly of other categories.
 */
export const crossDomain: Preset = {
  name: 'cross-domain',
  title: 'Policies and features chosen on another data set; histories of other categories than the cold items',
  question: 'Can a policy be learned in one domain and used in another?',
  sizes: {
    smoke: { ...smoke, settings: { ...smoke.settings, others: [{ synthetic: { users: 400, items: 400, seed: 1 } }], evaluation: { ks: [5] }, policy: { budget: 40, runs: 1, iterations: 2, episodes: 4, rewardK: 5 } } },
    full: { seeds: 6, settings: { evaluation: { trainings: 10 } } },
  },
  steps: (materials) => {
    const T = materials.config.evaluation.trainings
    return 2 * trainingsToLearn(materials) + 5 * T + (groups(materials) ? 4 * T + 2 * trainingsToLearn(materials) : 0)
  },
  async run(lab, step) {
    const [away] = lab.materials.others
    if (!away) throw new InputError('cross-domain needs a further data set: --other NAME')
    const names = lab.materials.features.names.filter((name) => away.features.names.includes(name))
    const [home, other] = [lab.materials, away].map((own) => ({ ...own, features: withColumns(own.features, names) }))
    const [here, there] = [inPlace(lab, home), inPlace(lab, other)]
    const [near, far] = [await bestFeatureByProxy(here), await bestFeatureByProxy(there)]
    return [
      await fixedRow(here, 'random', step),
      { ...(await fixedRow(here, near, step)), policy: 'best-feature/home', chosen: near },
      { ...(await fixedRow(here, far, step)), policy: 'best-feature/away', chosen: far },
      await learnedRow(here, 'learned/home', step),
      await selectionRow(here, 'learned/away', deploy(here, await learnedPolicy(there, step)), step),
      ...(await categoryRows(lab, home, step)),
    ]
  },
  comparisons: (rows) => [
    { arm: 'learned/away', against: 'learned/home' },
    { arm: 'learned/away', against: 'random' },
    { arm: 'best-feature/away', against: 'best-feature/home' },
    ...(rows.some(({ policy }) => policy === 'learned/same categories')
      ? [
          { arm: 'random/other categories', against: 'random/same categories' },
          { arm: 'learned/other categories', against: 'learned/same categories' },
        ]
      : []),
  ],
}

function inPlace(lab: Lab, materials: Materials): Lab {
  return new Lab(materials, lab.engine, lab.seed, lab.options)
}

async function categoryRows(lab: Lab, home: Materials, step: () => void): Promise<TrialRow[]> {
  const divided = groups(lab.materials)
  if (!divided) return []
  const rows = []
  for (const [name, ask] of [['same', divided.mostlyA], ['other', divided.mostlyB]] as const) {
    const own = inPlace(lab, restrict(home, divided.isA, ask))
    rows.push({ ...(await fixedRow(own, 'random', step)), policy: `random/${name} categories` }, await learnedRow(own, `learned/${name} categories`, step))
  }
  return rows
}

/** Categories in two groups of about as many cold items; undefined where that leaves too few items or users to measure. */
function groups({ dataset, split, features, config }: Materials) {
  const level = config.features.categoryLevel
  const category = dataset.items.map(({ categories }) => categories?.[0]?.[Math.min(level, categories[0].length) - 1])
  const counts = new Map<string, number>()
  for (const item of split.coldItems.all) {
    const own = category[item]
    if (own !== undefined) counts.set(own, (counts.get(own) ?? 0) + 1)
  }
  const A = new Set<string>()
  let [a, b] = [0, 0]
  for (const [name, count] of [...counts].sort((x, y) => y[1] - x[1] || (x[0] < y[0] ? -1 : 1))) {
    if (a <= b) {
      A.add(name)
      a += count
    } else b += count
  }
  const isA = (item: number) => category[item] !== undefined && A.has(category[item])
  const share = (user: number) => {
    const history = historyOf(split.train, user)
    return history.filter(isA).length / history.length
  }
  const mostlyA = (user: number) => share(user) > 0.5
  const mostlyB = (user: number) => share(user) < 0.5
  const largest = Math.max(...config.evaluation.ks, config.policy.rewardK)
  const enoughItems = (['validation', 'test'] as const).every((half) => split.coldItems[half].filter(isA).length >= largest && split.relevant[half].item.some(isA))
  const enoughUsers = [mostlyA, mostlyB].every((group) => features.users.filter(group).length >= config.policy.budget)
  return enoughItems && enoughUsers ? { isA, mostlyA, mostlyB } : undefined
}
