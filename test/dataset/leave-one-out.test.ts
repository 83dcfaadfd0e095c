import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { syntheticConfig } from '#src/dataset/config.js'
import type { Dataset } from '#src/dataset/dataset.js'
import { inIdOrder } from '#src/dataset/id-order.js'
import { lastInteractions } from '#src/dataset/last-interactions.js'
import { loadDataset } from '#src/dataset/load.js'
import { splitConfig } from '#src/dataset/split-config.js'
import { splitDataset } from '#src/dataset/split.js'
import { synthesize } from '#src/dataset/synthetic.js'
import { itemKnnRecommender, popularityRecommender } from '#src/evaluation/baselines.js'
import { evaluate } from '#src/evaluation/evaluate.js'
import { rankingTasks } from '#src/evaluation/ranking-tasks.js'
import { shuffle, stream } from '#src/util/random.js'
import { understudy } from '../support/command.js'
import { folderOf } from '../support/files.js'
import { describeReal, realData } from '../support/real-data.js'

/** A shop whose times are months, so that most users have several interactions at the last one. */
const shop = synthesize(syntheticConfig.parse({ users: 300, items: 200 }))
const month = 30 * 86_400
const lines = Array.from(shop.interactions.user, (user, k) => {
  const { item, timestamp, rating } = shop.interactions
  const time = Math.floor(timestamp![k] / month) * month
  return `${shop.userIds[user]},${shop.itemIds[item[k]]},${rating![k]},${time}`
})
const csv = (rows: string[]) => ['user_id,item_id,rating,timestamp', ...rows, ''].join('\n')
const shuffled = (rows: string[], seed: number) =>
  shuffle([...rows], stream(seed, 'order of the lines'))

/** Metrics of both baselines on the leave-one-out split. */
function figures(dataset: Dataset) {
  const split = splitDataset(dataset, splitConfig.parse({ kind: 'leave-one-out' }))
  const numItems = dataset.itemIds.length
  return [popularityRecommender, itemKnnRecommender].map(
    (baseline) =>
      evaluate(baseline(split.train, numItems), rankingTasks(split, 'test').warm, [5, 10]).mean,
  )
}

/** Ids of the users and items of the rows that are marked, sorted. */
function pairsOf({ userIds, itemIds, interactions }: Dataset, marks: Uint8Array): string[] {
  const { user, item } = interactions
  const all = Array.from(marks, (_, k) => `${userIds[user[k]]} ${itemIds[item[k]]}`)
  return all.filter((_, k) => marks[k] === 1).sort()
}

/** Users with interactions at these times; user k has the items `k-0`, `k-1` and so on. */
function users(times: (number[] | undefined)[], each: number): Dataset {
  const numItems = times.length * each
  const timestamp = times.some((own) => own === undefined)
    ? undefined
    : Float64Array.from(times.flatMap((own) => own!))
  return {
    name: 'tied',
    userIds: times.map((_, u) => `user ${u}`),
    itemIds: Array.from({ length: numItems }, (_, k) => `${Math.floor(k / each)}-${k % each}`),
    interactions: {
      user: Int32Array.from({ length: numItems }, (_, k) => Math.floor(k / each)),
      item: Int32Array.from({ length: numItems }, (_, k) => k),
      ...(timestamp && { timestamp }),
    },
    items: Array.from({ length: numItems }, () => ({})),
    notes: [],
    fingerprint: '',
  }
}

describe('the last interaction', () => {
  it('is the latest, wherever it stands; of a user with one there is none', () => {
    const dataset = users(
      [
        [1, 9, 5],
        [7, 2, 3],
      ],
      3,
    )
    expect([...lastInteractions(dataset)]).toEqual([0, 1, 0, 1, 0, 0])
    expect([...lastInteractions(users([[1], [2]], 1))]).toEqual([0, 0])
  })

  it.each([
    ['at the last time', [1, 8, 8, 8]],
    ['without times', undefined],
  ])('is a fair draw from several %s', (_, times) => {
    const many = users(
      Array.from({ length: 2000 }, () => times),
      4,
    )
    const drawn = [0, 0, 0, 0]
    lastInteractions(many).forEach((mark, k) => (drawn[k % 4] += mark))
    const among = times ? 3 : 4
    const expected = Array.from({ length: 4 }, (_, k) => (k < 4 - among ? 0 : 2000 / among))
    // Five standard deviations of a binomial share.
    const bound = 5 * Math.sqrt((2000 / among) * (1 - 1 / among))
    drawn.forEach((count, k) => expect(Math.abs(count - expected[k])).toBeLessThanOrEqual(bound))
  })
})

describe('a data set in the order of its ids', () => {
  const load = (rows: string[]) =>
    loadDataset({
      name: 'files',
      files: { interactions: join(folderOf({ 'shop.csv': csv(rows) }), 'shop.csv') },
    })

  it('is the same data, the same whatever the order of the lines', async () => {
    const dataset = await load(lines)
    const ordered = inIdOrder(dataset)
    const all = new Uint8Array(lines.length).fill(1)
    expect(pairsOf(ordered, all)).toEqual(pairsOf(dataset, all))
    expect(pairsOf(ordered, lastInteractions(ordered))).toEqual(
      pairsOf(dataset, lastInteractions(dataset)),
    )
    const other = inIdOrder(await load(shuffled(lines, 1)))
    expect(other.fingerprint).toBe(ordered.fingerprint)
    expect(figures(other)).toEqual(figures(ordered))
    expect(other.fingerprint).not.toBe(dataset.fingerprint)
  })

  it('keeps who has which new item, and the text of each item', async () => {
    const dataset = { ...(await load(lines)) }
    dataset.items = dataset.itemIds.map((id) => ({ title: `item ${id}` }))
    const owned = { user: Int32Array.of(0, 5, 5), item: Int32Array.of(1, 0, 1) }
    dataset.newItems = { ids: ['x', 'y'], items: [{}, {}], owned }
    const ordered = inIdOrder(dataset)
    const owners = ({ userIds, newItems }: Dataset) =>
      Array.from(newItems!.owned!.user, (user) => userIds[user])
    expect(owners(ordered)).toEqual(owners(dataset))
    expect(ordered.items.map(({ title }) => title)).toEqual(
      ordered.itemIds.map((id) => `item ${id}`),
    )
  })
})

describe('evaluate on leave-one-out', () => {
  it('does not depend on the order of the lines', () => {
    const folder = folderOf({ 'a.csv': csv(lines), 'b.csv': csv(shuffled(lines, 2)) })
    const [inOrder, mixed] = ['a.csv', 'b.csv'].map((file) => {
      const { stdout } = understudy(
        ...['evaluate', '--model', 'itemknn', '--split', 'leave-one-out', '--json'],
        ...['--interactions', join(folder, file), '--set', 'evaluation.ks=[5,10]'],
      )
      return (JSON.parse(stdout) as { rankings: { metrics: Record<string, number> }[] }).rankings
    })
    expect(inOrder[0].metrics['recall@10']).toBeGreaterThan(0)
    expect(mixed).toEqual(inOrder)
  })
})

describeReal('leave-one-out of a real file', () => {
  it('does not depend on the order of its lines', async () => {
    const file = 'amazon-2018/Gift_Cards_5.json.gz'
    const rows = gunzipSync(readFileSync(join(realData, file)))
      .toString()
      .trimEnd()
      .split('\n')
    const load = (order: string[]) =>
      loadDataset('amazon-2018/Gift_Cards', { dataRoot: folderOf({ [file]: order.join('\n') }) })
    const whole = figures(inIdOrder(await load(rows)))
    for (const seed of [1, 2])
      expect(figures(inIdOrder(await load(shuffled(rows, seed))))).toEqual(whole)
  })
})
