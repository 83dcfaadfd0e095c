import { ConfigError, InputError } from '../util/errors.js'
import { sampleDistinct, shuffle, stream } from '../util/random.js'
import { nthSmallest } from '../util/statistics.js'
import { range, where } from '../util/typed.js'
import { Column } from './column.js'
import type { Dataset } from './dataset.js'
import { activeUsers, type Histories, histories } from './histories.js'
import { lastInteractions } from './last-interactions.js'
import type { SplitConfig } from './split-config.js'

/**
 * Relevant items of each evaluated user, which a good ranking finds: those of `users[k]` are
 * `item[start[k] .. start[k + 1])`.
 */
export interface Relevance {
  /** Users with at least one relevant item and a train history, ascending [n]. */
  users: Int32Array
  /** Where each user's items begin [n + 1]. */
  start: Int32Array
  /** Item index [numRelevant]. */
  item: Int32Array
}

/** The relevant items of the k-th user. */
export function relevantOf({ start, item }: Relevance, k: number): Set<number> {
  return new Set(item.subarray(start[k], start[k + 1]))
}

/** A data set divided into interactions to train on, and later ones to be found. */
export interface Split {
  /** How it was divided. */
  kind: SplitConfig['kind'] | 'launch'
  /** temporal: train is strictly before this time, seconds. */
  cut?: number
  /** Interactions to train on. */
  train: Histories
  /**
   * Users with a train history, ascending: the candidates for selection, and the only users
   * evaluated.
   */
  trainUsers: Int32Array
  /** Items with train interactions (leave-one-out: all items), ascending. */
  warmItems: Int32Array
  /**
   * Item indices without train interactions, ascending: all, and their two halves. Choices may look
   * at `validation`; `test` is for final reports only. Empty for leave-one-out.
   */
  coldItems: { all: Int32Array; validation: Int32Array; test: Int32Array }
  /**
   * Later interactions: with the cold items of each half, and with warm items that are not in the
   * user's train history.
   */
  relevant: { validation: Relevance; test: Relevance; warm: Relevance }
}

/**
 * Divides a data set into train, validation and test.
 * - `temporal`: time is cut at a quantile of the timestamps; train is strictly before the cut, and
 *   items first seen at or after it are cold.
 * - `random`: a share of the items is cold, with all their interactions; a share of the remaining
 *   interactions is held out.
 * - `leave-one-out`: each user's last interaction is to be found; no item is cold. Of several at
 *   the last time (without timestamps: of all) one is drawn by a hash of user id and item id, so
 *   that the order of the lines does not matter.
 *
 * Cold items are halved at random into validation and test.
 * @throws ConfigError when `temporal` is asked for data without timestamps, or the split leaves
 * nothing to train on or fewer than 4 cold items; InputError when leave-one-out finds no user with
 * two interactions
 */
export function splitDataset(dataset: Dataset, config: SplitConfig): Split {
  if (config.kind === 'leave-one-out') return leaveOneOut(dataset)
  const coldItems =
    config.kind === 'temporal'
      ? temporalColdItems(dataset, config)
      : randomColdItems(dataset, config)
  return itemCold(dataset, config, coldItems)
}

interface ColdDraw {
  cut?: number
  isCold: Uint8Array
  /** Whether interaction k is trained on. */
  inTrain: (k: number) => boolean
}

/** The time before which a share of the interactions lies. */
export function temporalCut(timestamp: Float64Array, quantile: number): number {
  return nthSmallest(timestamp, Math.floor(quantile * (timestamp.length - 1)))
}

function temporalColdItems(
  { interactions, itemIds, name }: Dataset,
  { quantile }: SplitConfig,
): ColdDraw {
  const { timestamp, item } = interactions
  if (!timestamp)
    throw new ConfigError(
      `${name} has no timestamps, which split.kind "temporal" needs; ` +
        'use --set split.kind=random or leave-one-out',
    )
  const cut = temporalCut(timestamp, quantile)
  const isCold = new Uint8Array(itemIds.length).fill(1)
  for (let k = 0; k < item.length; k++) if (timestamp[k] < cut) isCold[item[k]] = 0
  return { cut, isCold, inTrain: (k) => timestamp[k] < cut }
}

function randomColdItems({ interactions, itemIds }: Dataset, config: SplitConfig): ColdDraw {
  const rng = stream(config.seed, 'split', 'cold')
  const isCold = new Uint8Array(itemIds.length)
  for (const item of sampleDistinct(
    itemIds.length,
    Math.round(config.coldShare * itemIds.length),
    rng,
  ))
    isCold[item] = 1
  const warmRng = stream(config.seed, 'split', 'warm')
  const heldOut = new Uint8Array(interactions.item.length)
  const seen = new Uint8Array(itemIds.length)
  // An item's first interaction in a random order always stays, so that no item becomes cold by
  // accident.
  for (const k of shuffle(range(heldOut.length), warmRng)) {
    const item = interactions.item[k]
    if (isCold[item]) continue
    if (seen[item] && warmRng.uniform() < config.warmHoldout) heldOut[k] = 1
    seen[item] = 1
  }
  return { isCold, inTrain: (k) => !isCold[interactions.item[k]] && !heldOut[k] }
}

function itemCold(
  dataset: Dataset,
  config: SplitConfig,
  { cut, isCold, inTrain }: ColdDraw,
): Split {
  const { interactions, userIds, name } = dataset
  const numUsers = userIds.length
  const all = range(interactions.user.length)
  const train = histories(interactions, numUsers, where(all, inTrain))
  const laterRows = where(all, (k) => !inTrain(k))
  const later = histories(interactions, numUsers, laterRows)
  const items = range(isCold.length)
  const cold = where(items, (i) => isCold[i] === 1)
  if (train.item.length === 0) throw new ConfigError(nothingBefore(dataset, config))
  if (cold.length < 4)
    throw new ConfigError(
      `${name}: the split leaves ${cold.length} cold items, at least 4 are needed; ` +
        (config.kind === 'temporal'
          ? 'use a smaller --set split.quantile, or split.kind=random'
          : 'use a larger --set split.coldShare'),
    )
  const halves = halve(cold, config.seed)
  const isValidation = new Uint8Array(isCold.length)
  for (const i of halves.validation) isValidation[i] = 1
  return {
    kind: config.kind,
    ...(cut === undefined ? {} : { cut }),
    train,
    trainUsers: activeUsers(train),
    warmItems: where(items, (i) => isCold[i] === 0),
    coldItems: { all: cold, ...halves },
    relevant: {
      validation: relevance(later, train, (item) => isValidation[item] === 1),
      test: relevance(later, train, (item) => isCold[item] === 1 && isValidation[item] === 0),
      warm: relevance(later, train, (item) => isCold[item] === 0),
    },
  }
}

function halve(cold: Int32Array, seed: number) {
  const shuffled = shuffle(cold.slice(), stream(seed, 'split', 'halves'))
  const middle = shuffled.length >> 1
  return { validation: shuffled.slice(0, middle).sort(), test: shuffled.slice(middle).sort() }
}

/** The split that most published tables use, for comparison with them. */
function leaveOneOut(dataset: Dataset): Split {
  const { interactions, userIds, itemIds, name } = dataset
  const isLast = lastInteractions(dataset)
  const indices = range(isLast.length)
  const part = (wanted: number) =>
    histories(
      interactions,
      userIds.length,
      where(indices, (k) => isLast[k] === wanted),
    )
  const [train, last] = [part(0), part(1)]
  if (last.item.length === 0)
    throw new InputError(`${name}: no user has two interactions, which leave-one-out needs`)
  const none = new Int32Array(0)
  const nothing: Relevance = { users: none, start: new Int32Array(1), item: none }
  return {
    kind: 'leave-one-out',
    train,
    trainUsers: activeUsers(train),
    warmItems: range(itemIds.length),
    coldItems: { all: none, validation: none, test: none },
    relevant: { validation: nothing, test: nothing, warm: relevance(last, train, () => true) },
  }
}

/**
 * Distinct later items of users with a train history, without those that the user had in train.
 */
function relevance(later: Histories, train: Histories, keep: (item: number) => boolean): Relevance {
  const users = new Column((length) => new Int32Array(length))
  const start = new Column((length) => new Int32Array(length))
  const items = new Column((length) => new Int32Array(length))
  start.push(0)
  // The last user that each item is known of, plus 1.
  const knownOf = new Int32Array(1 + Math.max(largest(later.item), largest(train.item)))
  for (const user of activeUsers(later)) {
    if (train.start[user + 1] === train.start[user]) continue
    const from = items.length
    for (let k = train.start[user]; k < train.start[user + 1]; k++)
      knownOf[train.item[k]] = user + 1
    for (let k = later.start[user]; k < later.start[user + 1]; k++) {
      const item = later.item[k]
      if (knownOf[item] === user + 1 || !keep(item)) continue
      knownOf[item] = user + 1
      items.push(item)
    }
    if (items.length === from) continue
    users.push(user)
    start.push(items.length)
  }
  return { users: users.view().slice(), start: start.view().slice(), item: items.view().slice() }
}

function largest(values: Int32Array): number {
  return values.reduce((a, b) => Math.max(a, b), -1)
}

function nothingBefore({ name, interactions }: Dataset, { quantile }: SplitConfig): string {
  const { timestamp } = interactions
  return timestamp?.every((time) => time === timestamp[0])
    ? `${name}: all interactions have the same time, so there is no before and after; ` +
        'use --split random'
    : `${name}: nothing lies before the cut at quantile ${quantile}; use a larger --set split.quantile`
}
