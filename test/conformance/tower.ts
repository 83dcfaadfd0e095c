import { describe, expect, it, vi } from 'vitest'
import type { PreferencePair } from '#src/augmentation/augmenter.js'
import { syntheticConfig } from '#src/dataset/config.js'
import { synthesize } from '#src/dataset/synthetic.js'
import { setUp } from '#src/experiment/setup.js'
import { Trial } from '#src/experiment/trial.js'
import type { TwoTowerModel } from '#src/two-tower/engine.js'
import { isRecommender } from '#src/two-tower/recommender.js'
import { towers } from '#src/two-tower/towers/index.js'
import type { Tower, TowerConfig, TowerInput } from '#src/two-tower/towers/tower.js'
import { stream } from '#src/util/random.js'
import { tiny } from '../support/tiny.js'

/** A tower to be tested. */
export interface Candidate {
  /** Its name in the registry. */
  tower: string
  /**
   * Vectors of its warm items: those of the warm model, others of its own training, or none because
   * it gives a recommender.
   */
  warmItems: 'warm model' | 'own training' | 'no vectors'
  /** Whether nothing in it is drawn. */
  deterministic?: boolean
}

/** Other values of all settings in sections that a tower may list. */
const others: Pick<TowerConfig, Tower['settings'][number]> = {
  contentMap: { rank: 4, ridge: 100 },
  bag: { epochs: 2, learningRate: 0.1 },
}
/** Sections that no tower reads. */
const notRead = {
  llm: { offline: { noise: 2 } },
  augmentation: { pairsPerUser: 7 },
  features: { names: ['V'] },
  evaluation: { ks: [5] },
}

const dataset = synthesize(syntheticConfig.parse({ ...tiny.dataset.synthetic, seed: 1 }))
const trialWith = (settings: object = {}) =>
  new Trial(setUp(dataset, { ...tiny, ...settings }), { seed: 1 })
const { split } = trialWith().setup
const allUsers = Int32Array.from(dataset.userIds.keys())

const pairs = oracle()

/** The contract of `Tower`: every tower passes it, built in or custom. */
export function conformance({ tower, warmItems, deterministic = false }: Candidate): void {
  const { settings } = towers.get(tower)
  const fit = (trial: Trial, own: readonly PreferencePair[] = [], t = 0) =>
    scoresOf(trial, trial.fit(tower, own, t))

  it('gives every cold item a finite score, with pairs and without', () => {
    for (const own of [[], pairs]) {
      const scores = fit(trialWith(), own)
      expect(scores).toHaveLength(allUsers.length * split.coldItems.all.length)
      expect(scores.every(Number.isFinite)).toBe(true)
      expect(new Set(scores).size).toBeGreaterThan(1)
    }
  })

  it('gives the same bits for the same seed and t', () => {
    for (const own of [[], pairs]) expect(fit(trialWith(), own)).toEqual(fit(trialWith(), own))
  })

  it(deterministic ? 'gives the same bits for every t' : 'gives other bits for another t', () => {
    const trial = trialWith()
    const [first, second] = [fit(trial), fit(trial, [], 1)]
    if (deterministic) expect(second).toEqual(first)
    else expect(second).not.toEqual(first)
  })

  it('is the tower alone without pairs, whatever was fitted before', () => {
    const trial = trialWith()
    expect(fit(trial, pairs)).not.toEqual(fit(trial, []))
    expect(fit(trial, [])).toEqual(fit(trialWith()))
  })

  it('finds more of the cold items with the answers of an oracle', () => {
    const trial = trialWith()
    const recall = (own: readonly PreferencePair[]) => trial.validationRecall(trial.fit(tower, own))
    expect(recall(pairs)).toBeGreaterThan(recall([]))
  })

  it('changes none of its inputs', () => {
    const input = inputOf(trialWith(), tower)
    const { config, items, train, data, popularity, coldItems, content, warmModel } = input
    const text = () =>
      JSON.stringify([config, items, train, data, popularity, coldItems, content(), warmModel()])
    const before = text()
    towers.get(tower).fit(input, pairs)
    expect(text()).toBe(before)
  })

  describe('its settings', () => {
    const each = Object.entries(others).flatMap(([section, values]) =>
      Object.entries(values).map(([name, value]) => [section, name, value as number] as const),
    )
    it.each(each)('change its result where it lists them: %s.%s', (section, name, value) => {
      const read = settings.some((listed) => listed === section)
      const changed = trialWith({ [section]: { ...tiny[section as 'bag'], [name]: value } })
      if (read) expect(fit(changed, pairs)).not.toEqual(fit(trialWith(), pairs))
      else expect(fit(changed, pairs)).toEqual(fit(trialWith(), pairs))
    })

    it.each(Object.entries(notRead))('are not those of the section %s', (name, values) => {
      expect(fit(trialWith({ [name]: values }), pairs)).toEqual(fit(trialWith(), pairs))
    })
  })

  if (warmItems !== 'no vectors') vectorChecks(tower, warmItems)
  else
    it('gives a recommender', () => {
      expect(isRecommender(trialWith().fit(tower, pairs))).toBe(true)
    })
}

function vectorChecks(tower: string, warmItems: 'warm model' | 'own training'): void {
  const few = pairs.slice(0, 50)
  const model = (trial: Trial, own: readonly PreferencePair[]) =>
    trial.fit(tower, own) as TwoTowerModel
  const trial = trialWith()

  it('leaves users, and items that no pair names, where they are without pairs', () => {
    const [alone, fitted] = [model(trial, []), model(trial, few)]
    const named = new Set(few.flatMap(({ preferred, other }) => [preferred, other]))
    const rest = [...dataset.itemIds.keys()].filter((k) => !named.has(k))
    expect(rest.some((item) => split.coldItems.all.includes(item))).toBe(true)
    expect(rows(fitted, named)).not.toEqual(rows(alone, named))
    expect(fitted.users).toEqual(alone.users)
    expect(rows(fitted, rest)).toEqual(rows(alone, rest))
  })

  it(`takes its warm items from ${warmItems === 'warm model' ? 'the warm model' : 'a training of its own'}`, () => {
    const fitted = model(trial, few)
    const warm = trial.warmModel()
    // A vector may go on after the warm model's entries, with zeros for a warm item.
    const first = (list: Float32Array[]) => list.map((row) => row.slice(0, warm.dim))
    const own = rows(fitted, split.warmItems)
    if (warmItems === 'warm model') {
      expect(first(own)).toEqual(rows(warm, split.warmItems))
      expect(own.every((row) => row.slice(warm.dim).every((x) => x === 0))).toBe(true)
    } else expect(first(own)).not.toEqual(rows(warm, split.warmItems))
  })
}

/** Answers of an oracle: each later cold item of a user against five that the user never chose. */
function oracle(): readonly PreferencePair[] {
  const { users, start, item } = split.relevant.validation
  const rng = stream(0, 'oracle')
  const found: PreferencePair[] = []
  users.forEach((user, k) => {
    const own = item.subarray(start[k], start[k + 1])
    const never = split.coldItems.validation.filter((other) => !own.includes(other))
    for (const preferred of own)
      for (let n = 0; n < 5; n++)
        found.push(Object.freeze({ user, preferred, other: never[rng.below(never.length)] }))
  })
  return Object.freeze(found)
}

/** Scores of all cold items for all users [numUsers, numColdItems]. */
function scoresOf(trial: Trial, model: ReturnType<Trial['fit']>): Float32Array {
  const { all } = split.coldItems
  const out = new Float32Array(allUsers.length * all.length)
  trial.recommender(model).score(allUsers, all, out)
  return out
}

/** The input that a trial gives to this tower. */
function inputOf(trial: Trial, tower: string): TowerInput {
  let got: TowerInput | undefined
  vi.spyOn(towers.get(tower), 'fit').mockImplementationOnce((input) => {
    got = input
    return input.warmModel()
  })
  trial.fit(tower)
  return got!
}

/** The vectors of some items. */
function rows({ dim, items }: TwoTowerModel, of: Iterable<number>): Float32Array[] {
  return Array.from(of, (item) => items.subarray(item * dim, (item + 1) * dim))
}
