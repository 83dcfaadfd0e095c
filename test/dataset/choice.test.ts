import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DatasetBuilder, type RawInteraction } from '#src/dataset/builder.js'
import { datasetConfig, type DatasetSettings } from '#src/dataset/config.js'
import type { Dataset } from '#src/dataset/dataset.js'
import { loadDataset } from '#src/dataset/load.js'
import { folderOf } from '../support/files.js'

type Row = Required<RawInteraction>

const csvOf = (rows: Row[]) =>
  ['user_id,item_id,rating,timestamp']
    .concat(rows.map(({ user, item, rating, timestamp }) => [user, item, rating, timestamp].join()))
    .join('\n') + '\n'

/** From a file, through the door. */
function fromFile(rows: Row[], settings: DatasetSettings): Promise<Dataset> {
  const interactions = join(folderOf({ 'mine.csv': csvOf(rows) }), 'mine.csv')
  return loadDataset({ ...settings, name: 'files', files: { interactions, timestampUnit: 's' } })
}

/** One at a time, as a source of one's own gives them. */
async function fromSource(rows: Row[], settings: DatasetSettings): Promise<Dataset> {
  const config = datasetConfig.parse(settings)
  const builder = new DatasetBuilder(undefined, config)
  rows.forEach((row, k) => builder.add(row, { file: 'mine.csv', line: k + 2 }))
  await builder.choose('mine')
  return builder.finish('mine', config)
}

const pairsOf = ({ userIds, itemIds, interactions: { user, item } }: Dataset) =>
  Array.from(user, (u, k) => userIds[u] + itemIds[item[k]])

const rows = fc.array(
  fc.record({
    user: fc.constantFrom('a', 'b', 'c', 'd', '007', '7'),
    item: fc.constantFrom(...'stuv'),
    rating: fc.integer({ min: 1, max: 10 }).map((r) => r / 2),
    timestamp: fc.integer({ min: 0, max: 5 }),
  }),
  { minLength: 1, maxLength: 40 },
)
const settings = fc.record(
  {
    minRating: fc.constantFrom(0, 2.5, 4),
    implicit: fc.boolean(),
    sampleUsers: fc.integer({ min: 1, max: 4 }),
    sampleSeed: fc.integer({ min: 0, max: 3 }),
    duplicates: fc.constantFrom('first' as const, 'last' as const, 'all' as const),
    kCore: fc.record({ users: fc.constantFrom(0, 2), items: fc.constantFrom(0, 2) }),
  },
  { requiredKeys: [] },
)

describe('the choice of interactions', () => {
  it('gives the same from a file and from a source, and each row is there or counted', async () => {
    await fc.assert(
      fc.asyncProperty(rows, settings, async (all, chosen) => {
        const outcomes = await Promise.all(
          [fromFile, fromSource].map((load) => load(all, chosen).catch((error: Error) => error)),
        )
        if (outcomes.some((outcome) => outcome instanceof Error)) {
          for (const outcome of outcomes)
            expect(String(outcome)).toMatch(/no interactions are left/)
          return
        }
        const [file, source] = outcomes as Dataset[]
        expect(source.fingerprint).toBe(file.fingerprint)
        expect(source.leftOut).toEqual(file.leftOut)
        const lost = file.leftOut!.reduce((sum, { interactions = 0 }) => sum + interactions, 0)
        expect(file.read).toBe(all.length)
        expect(file.interactions.user.length + lost).toBe(all.length)
        expect(file.interactions.rating === undefined).toBe(chosen.implicit === true)
      }),
      { numRuns: 60 },
    )
  })

  it('takes rows rated at least so, in their order, then all rows of so many users', async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 4 }), async (all, sampleUsers) => {
        const rated = all.filter(({ rating }) => rating >= 2.5)
        fc.pre(rated.length > 0)
        const users = new Set(rated.map(({ user }) => user))
        const data = await fromFile(all, { minRating: 2.5, sampleUsers, duplicates: 'all' })
        const own = rated.filter(({ user }) => data.userIds.includes(user))
        expect(data.userIds).toHaveLength(Math.min(sampleUsers, users.size))
        expect(pairsOf(data)).toEqual(own.map(({ user, item }) => user + item))
        const low = data.leftOut?.find(({ reason }) => reason === 'rated too low')
        expect(low?.interactions ?? 0).toBe(all.length - rated.length)
      }),
      { numRuns: 40 },
    )
  })

  const many: Row[] = Array.from({ length: 400 }, (_, k) => ({
    user: `user ${k % 100}`,
    item: `item ${k % 7}`,
    rating: 3,
    timestamp: k,
  }))
  const sampled = async (list: Row[], sampleSeed: number) =>
    [...(await fromFile(list, { sampleUsers: 30, sampleSeed })).userIds].sort()

  it('draws users by seed and id, not by where they stand in the file', async () => {
    const one = await sampled(many, 1)
    expect(await sampled([...many].reverse(), 1)).toEqual(one)
    // Of 30 users of another seed 9 are expected to be among these.
    const again = new Set(one.concat(await sampled(many, 2)))
    expect(again.size).toBeGreaterThan(40)
  })

  it('does not take an item whose interactions are left out for a new one', async () => {
    const folder = folderOf({
      'mine.csv': csvOf([
        { user: 'a', item: 'x', rating: 5, timestamp: 0 },
        { user: 'a', item: 'y', rating: 1, timestamp: 0 },
      ]),
      'items.csv': 'item_id,title\nx,X\ny,Y\nz,Z\n',
    })
    const files = { interactions: join(folder, 'mine.csv'), items: join(folder, 'items.csv') }
    const data = await loadDataset({
      name: 'files',
      files: { ...files, timestampUnit: 's' },
      minRating: 3,
    })
    expect(data.itemIds).toEqual(['x'])
    expect(data.newItems!.ids).toEqual(['z'])
    expect(data.notes.join()).not.toContain('no metadata')
  })

  it('names the line of the file where a pair repeats', async () => {
    const low = { user: 'b', item: 'x', rating: 1, timestamp: 0 }
    const high = { ...low, user: 'a', rating: 5 }
    const list = [low, high, low, high]
    const chosen = { minRating: 3, duplicates: 'error' as const }
    for (const load of [fromFile, fromSource])
      await expect(load(list, chosen)).rejects.toThrow(/mine\.csv:5: .*first in line 3/)
  })

  it('refuses a least rating where there are no ratings', async () => {
    const interactions = join(folderOf({ 'mine.csv': 'user_id,item_id\na,x\n' }), 'mine.csv')
    const chosen = { name: 'files', files: { interactions }, minRating: 4 }
    await expect(loadDataset(chosen)).rejects.toThrow(/--min-rating 4 .* needs ratings/)
  })

  it('says nothing of ratings that it leaves out', async () => {
    const shop = {
      'shop/dataset.json': JSON.stringify({ interactions: 'o.csv', ratingText: '{} hours' }),
      'shop/o.csv': 'user_id,item_id,rating\na,x,2\n',
    }
    const load = (files?: { ratingText: string }) =>
      loadDataset({ name: 'shop', implicit: true, files }, { dataRoot: folderOf(shop) })
    expect((await load()).ratingText).toBeUndefined()
    const refused = /ratingText \(--rating-text\) is "{} h", but dataset\.implicit .*--implicit/
    await expect(load({ ratingText: '{} h' })).rejects.toThrow(refused)
  })

  it('applies to the generated shop', async () => {
    const synthetic = { users: 200, items: 100 }
    const [all, some] = await Promise.all([
      loadDataset({ synthetic }),
      loadDataset({ synthetic, minRating: 4, sampleUsers: 50 }),
    ])
    expect(some.userIds).toHaveLength(50)
    const wanted = Array.from(all.interactions.user, (u, k) => ({
      pair: all.userIds[u] + all.itemIds[all.interactions.item[k]],
      keep: some.userIds.includes(all.userIds[u]) && all.interactions.rating![k] >= 4,
    }))
    expect(pairsOf(some)).toEqual(wanted.filter(({ keep }) => keep).map(({ pair }) => pair))
  })
})
