import { historyOf } from '../dataset/histories.js'
import { entriesOf, relevanceOf } from '../dataset/relevance.js'
import type { Relevance } from '../dataset/split.js'
import { withCandidates, withColumns } from '../features/narrow.js'
import { InputError } from '../util/errors.js'
import type { View } from './arm.js'
import type { Setup } from './setup.js'

/**
 * A setup with only a part of its features, candidates and cold items. What is trained on stays.
 */
export function viewOf(setup: Setup, { features, categories }: View = {}): Setup {
  const narrow = features ? { ...setup, features: withColumns(setup.features, features) } : setup
  if (categories === undefined) return narrow
  const groups = categoryGroups(setup)
  if (!groups)
    throw new InputError(`${setup.dataset.name}: too few items or users in a group of categories`)
  return restrict(narrow, groups.isA, categories === 'same' ? groups.mostlyA : groups.mostlyB)
}

/**
 * A setup with only those cold items that `keep` keeps, and those candidates that `ask` asks. What
 * is trained on stays.
 */
export function restrict(
  setup: Setup,
  keep: (item: number) => boolean,
  ask: (user: number) => boolean,
): Setup {
  const { split, features } = setup
  const { all, validation, test } = split.coldItems
  const positions = Int32Array.from(features.users.keys()).filter((k) => ask(features.users[k]))
  return {
    ...setup,
    split: {
      ...split,
      coldItems: {
        all: all.filter(keep),
        validation: validation.filter(keep),
        test: test.filter(keep),
      },
      relevant: {
        ...split.relevant,
        validation: filterRelevance(split.relevant.validation, keep),
        test: filterRelevance(split.relevant.test, keep),
      },
    },
    features: withCandidates(features, positions),
  }
}

function filterRelevance(relevance: Relevance, keep: (item: number) => boolean): Relevance {
  return relevanceOf(entriesOf(relevance).map(([user, items]) => [user, items.filter(keep)]))
}

/**
 * Categories in two groups of about as many cold items, A and B, and users by the group that most
 * of their history is of. Undefined where that leaves too few items or users to measure.
 */
export function categoryGroups({ dataset, split, features, config }: Setup) {
  const level = config.features.categoryLevel
  const category = dataset.items.map(
    ({ categories }) => categories?.[0]?.[Math.min(level, categories[0].length) - 1],
  )
  const A = halfOfCategories(Array.from(split.coldItems.all, (item) => category[item]))
  const isA = (item: number) => category[item] !== undefined && A.has(category[item])
  const share = (user: number) => {
    const history = historyOf(split.train, user)
    return history.filter(isA).length / history.length
  }
  const mostlyA = (user: number) => share(user) > 0.5
  const mostlyB = (user: number) => share(user) < 0.5
  const largest = Math.max(...config.evaluation.ks, config.policy.rewardK)
  const enoughItems = (['validation', 'test'] as const).every(
    (half) =>
      split.coldItems[half].filter(isA).length >= largest && split.relevant[half].item.some(isA),
  )
  const enoughUsers = [mostlyA, mostlyB].every(
    (group) => features.users.filter(group).length >= config.policy.budget,
  )
  return enoughItems && enoughUsers ? { isA, mostlyA, mostlyB } : undefined
}

/** The most frequent categories, each to the group that is smaller so far; the first group. */
function halfOfCategories(categories: (string | undefined)[]): Set<string> {
  const counts = new Map<string, number>()
  for (const own of categories) if (own !== undefined) counts.set(own, (counts.get(own) ?? 0) + 1)
  const A = new Set<string>()
  let [a, b] = [0, 0]
  for (const [name, count] of [...counts].sort((x, y) => y[1] - x[1] || (x[0] < y[0] ? -1 : 1))) {
    if (a <= b) {
      A.add(name)
      a += count
    } else b += count
  }
  return A
}
