import { createHash } from 'node:crypto'
import { askings } from '../augmentation/askings/index.js'
import type { PreferencePair } from '../augmentation/preference-pair.js'
import { placements } from '../augmentation/placements/index.js'
import { promptForms } from '../augmentation/prompt-forms.js'
import { learners } from '../policy/learners/index.js'
import { scorers } from '../policy/scorers/index.js'
import type { TwoTowerConfig } from '../two-tower/config.js'
import { towers } from '../two-tower/towers/index.js'
import type { Registry } from '../util/registry.js'
import type { Split } from '../dataset/split.js'
import { bytesOf } from '../util/typed.js'
import type { Setup } from './setup.js'
import { version } from './provenance.js'
import { sha256 } from '../util/sha256.js'

/** Setup, engine and seed, which keys are made of. */
interface Origin {
  setup: Setup
  engine: { name: string }
  seed: number
}

/**
 * Key of the metrics of one training: all that they depend on, and nothing else. Questions, answers
 * and selection count through the pairs.
 */
export function trainingKey(
  origin: Origin,
  tower: string,
  pairs: readonly PreferencePair[],
  t: number,
): object {
  const { config } = origin.setup
  const { evaluation, policy } = config
  const model = withoutProxy(config.model)
  const sections = towers.get(tower).settings.map((name) => [name, config[name]])
  return {
    ...dataKey(origin),
    model: pairs.length === 0 ? withoutPairSettings(model) : model,
    tower: [tower, Object.fromEntries(sections)],
    pairs: sha256(JSON.stringify(pairs)),
    ks: evaluation.ks,
    exposure: evaluation.exposure,
    rewardK: policy.rewardK,
    t,
  }
}

/**
 * Key of a learned policy: all that it depends on, and nothing else.
 * @param judge - name of a judge that was passed in
 */
export function learningKey(origin: Origin, judge?: string): object {
  const { config, features } = origin.setup
  const { llm, model } = config
  // How a policy is deployed does not change what is learned.
  const { deploy: _, ...policy } = config.policy
  return {
    ...dataKey(origin),
    candidates: sha256(bytesOf(features.users)),
    features: [features.names, sha256(bytesOf(features.scaled))],
    judge: policy.judge === 'offline' ? { offline: llm.offline } : { judge, llm },
    augmentation: ownSettings(config.augmentation, [
      [placements, config.augmentation.placement],
      [promptForms, config.augmentation.prompt],
      [askings, config.augmentation.asking],
    ]),
    model,
    policy: ownSettings(policy, [
      [learners, policy.learner],
      [scorers, policy.scorer],
    ]),
  }
}

/** A section without the settings that only entries other than the chosen ones read. */
function ownSettings<Section extends object>(
  section: Section,
  choices: (readonly [Registry<{ name: string; settings: readonly string[] }>, string])[],
): Partial<Section> {
  const notRead = choices.flatMap(([entries, chosen]) => {
    const { settings } = entries.get(chosen)
    const all = entries.entries().flatMap((entry) => entry.settings)
    return all.filter((setting) => !settings.includes(setting))
  })
  const own = Object.entries(section).filter(([name]) => !notRead.includes(name))
  return Object.fromEntries(own) as Partial<Section>
}

/** Data, split, engine and seed. */
function dataKey({ setup: { dataset, split }, engine, seed }: Origin): object {
  const { fingerprint: data } = dataset
  return { understudy: version, data, split: splitDigest(split), engine: engine.name, seed }
}

const splitDigests = new WeakMap<Split, string>()

/** SHA-256 (hex) of what is trained on and what is to be found: presets may narrow a split. */
function splitDigest(split: Split): string {
  const { train, coldItems, relevant } = split
  const known = splitDigests.get(split)
  if (known !== undefined) return known
  const hash = createHash('sha256')
  for (const values of [train.start, train.item, coldItems.validation, coldItems.test])
    hash.update(bytesOf(values))
  for (const { users, start, item } of [relevant.validation, relevant.test, relevant.warm])
    for (const values of [users, start, item]) hash.update(bytesOf(values))
  const digest = hash.digest('hex')
  splitDigests.set(split, digest)
  return digest
}

/** Settings of a training without pairs. */
export function withoutPairSettings(model: Partial<TwoTowerConfig>): Partial<TwoTowerConfig> {
  const { pairWeight: _w, pairGradient: _g, pairMargins: _m, ...rest } = withoutProxy(model)
  return rest
}

/** Settings of a whole training. */
function withoutProxy({ proxy: _, ...model }: Partial<TwoTowerConfig>): Partial<TwoTowerConfig> {
  return model
}
