import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { historyOf } from '#src/dataset/histories.js'
import { readLaunchModel } from '#src/launch/model-files.js'
import { withNewUsers } from '#src/launch/new-users.js'
import { recommend } from '#src/launch/recommend.js'
import { nearestOfHistory } from '#src/launch/why.js'
import { wasmEngine } from '#src/two-tower/engines/wasm.js'
import { folderOf } from '../support/files.js'
import { launched } from '../support/launched.js'

const folder = launched()
const engine = wasmEngine()
const lines = (file: string) => readFileSync(join(folder, file), 'utf8').trim().split('\n')

/** Lists as one array a user. */
function listsOf({ users, lists }: ReturnType<typeof recommend>): number[][] {
  const k = lists.items.length / users.length
  return Array.from(users, (_, n) => [...lists.items.slice(n * k, (n + 1) * k)])
}

/** A NumPy file of float32 as NumPy documents it, read without the code that is tested. */
function numpy(file: string): Float32Array {
  const bytes = readFileSync(file)
  const from = 10 + bytes.readUInt16LE(8)
  return new Float32Array(Uint8Array.from(bytes.subarray(from)).buffer)
}

describe('recommendations', () => {
  it('are the best 50 by a plain dot product of the written vectors, computed in float64', () => {
    const model = readLaunchModel(folder)
    const { dim } = model.folded
    const [users, items] = ['users', 'items'].map((name) =>
      numpy(join(folder, 'model', `${name}.npy`)),
    )
    const lists = listsOf(recommend(model, engine, { k: 50 }))
    expect(lists).toHaveLength(398)
    lists.forEach((list, u) => {
      const scores = model.itemIds.map((_, i) => {
        let sum = 0
        for (let d = 0; d < dim; d++) sum += users[u * dim + d] * items[i * dim + d]
        return sum
      })
      const owned = new Set(historyOf(model.train, u))
      const best = [...scores.keys()]
        .filter((i) => !owned.has(i))
        .sort((a, b) => scores[b] - scores[a])
        .slice(0, 50)
      // Float32 may swap what is as good as equal; nothing else.
      list.forEach((item, rank) => {
        if (item !== best[rank]) expect(scores[item]).toBeCloseTo(scores[best[rank]], 4)
      })
      expect(list.some((item) => owned.has(item))).toBe(false)
    })
  })

  it('of some users, of some items and of new items are those of all, restricted', () => {
    const model = readLaunchModel(folder)
    const all = listsOf(recommend(model, engine, { k: model.itemIds.length }))
    const users = Int32Array.of(7, 3, 250)
    const items = Int32Array.from({ length: 200 }, (_, k) => 399 - 2 * k)
    const restricted = (u: number, keep: (item: number) => boolean) =>
      all[u].filter((item) => item >= 0 && keep(item)).slice(0, 4)
    expect(listsOf(recommend(model, engine, { users, items, k: 4 }))).toEqual(
      Array.from(users, (u) => restricted(u, (item) => items.includes(item))),
    )
    expect(listsOf(recommend(model, engine, { users, newOnly: true, k: 4 }))).toEqual(
      Array.from(users, (u) => restricted(u, (item) => item >= model.numKnown)),
    )
  })

  it('for a new user with the history of a known one are mostly those of the known one', () => {
    const model = readLaunchModel(folder)
    const known = Array.from({ length: 398 }, (_, u) => u)
    const twins = known.map((u) => ({ id: `twin ${u}`, items: historyOf(model.train, u).slice() }))
    const both = withNewUsers(model, twins)
    const lists = listsOf(recommend(both, engine, { k: 10 }))
    expect(lists).toHaveLength(796)
    const shared = (a: number[], b: number[]) => a.filter((item) => b.includes(item)).length / 10
    const mean = (of: (u: number) => number) => known.reduce((sum, u) => sum + of(u), 0) / 398
    const own = mean((u) => shared(lists[u], lists[398 + u]))
    const others = mean((u) => shared(lists[u], lists[398 + ((u + 1) % 398)]))
    expect(own).toBeGreaterThan(0.7)
    expect(own).toBeGreaterThan(2 * others)
    // The known users are as they were.
    expect(lists.slice(0, 398)).toEqual(listsOf(recommend(model, engine, { k: 10 })))
  })

  it('are explained by items of the history, the nearest first', () => {
    const model = readLaunchModel(folder)
    const { users, lists } = recommend(model, engine, { k: 5 })
    for (const user of users) {
      const history = historyOf(model.train, user)
      for (let slot = user * 5; slot < user * 5 + 5; slot++) {
        const why = nearestOfHistory(model, user, lists.items[slot], 3)
        expect(why.every((item) => history.includes(item))).toBe(true)
        expect(new Set(why).size).toBe(why.length)
        expect(why.length).toBeLessThanOrEqual(3)
      }
    }
  })
})

describe('the model of a launch', () => {
  it('is read from the launch or from the folder model/ in it', () => {
    expect(readLaunchModel(join(folder, 'model'))).toEqual(readLaunchModel(folder))
  })

  it('has the history and the titles of the data set', () => {
    const { train, titles, itemIds, numKnown } = readLaunchModel(folder)
    const { newItems, interactions } = JSON.parse(lines('launch.json').join('')) as {
      newItems: number
      interactions: number
    }
    expect(train.item).toHaveLength(interactions)
    expect(itemIds.length - numKnown).toBe(newItems)
    const rows = parse(lines('recommendations.csv').join('\n'), { columns: true })
    for (const { item_id, title } of rows as Record<string, string>[])
      expect(titles[itemIds.indexOf(item_id)]).toBe(title)
  })

  const change = (change: (record: Record<string, unknown>) => void) => (file: string) => {
    const record = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
    change(record)
    writeFileSync(file, JSON.stringify(record))
  }
  it.each<[string, string, (file: string) => void, RegExp]>([
    ['no model.json', 'model.json', rmSync, /has no model\.json; name a folder that/],
    ['an older format', 'model.json', change((m) => delete m.format), /is of format "none", this/],
    ['a later format', 'model.json', change((m) => (m.format = 2)), /is of format 2, this version/],
    [
      'a trained model',
      'model.json',
      change((m) => delete m.kind),
      /model\.json: this is a model of `understudy train`, not of a launch/,
    ],
    ['no JSON', 'model.json', (file) => writeFileSync(file, '{'), /not a readable JSON file/],
    [
      'too many known items',
      'model.json',
      change((m) => (m.knownItems = 10_000)),
      /new-items\.npy: .* numbers, but .* are needed; run `understudy launch` again/,
    ],
    [
      'no number of known items',
      'model.json',
      change((m) => delete m.knownItems),
      /model\.json: knownItems: .*; run `understudy launch` again/,
    ],
    ['no text vectors', 'text.npy', rmSync, /text\.npy: there is no such file; .*run `underst/],
    [
      'cut vectors',
      'text.npy',
      (file) => writeFileSync(file, readFileSync(file).subarray(0, -4)),
      /text\.npy: not a float32 matrix/,
    ],
    [
      'damaged vectors',
      'users.npy',
      (file) => writeFileSync(file, readFileSync(file).fill(255, 200)),
      /users\.npy: a number in it is not finite; run `understudy launch` again/,
    ],
    [
      'histories of another number of users',
      'history-start.npy',
      (file) => cpSync(join(file, '..', 'history-item.npy'), file),
      /history-start\.npy: \d+ numbers, but 399 are needed/,
    ],
    [
      'a history of unknown items',
      'history-item.npy',
      (file) => writeFileSync(file, readFileSync(file).fill(127, 200)),
      /history-item\.npy: an index is beyond the items/,
    ],
    ['too few titles', 'titles.json', (file) => writeFileSync(file, '[]'), /array of \d+ titles/],
  ])('is refused in one line where there is %s', (_, name, damage, message) => {
    const copy = join(folderOf({}), 'launch')
    cpSync(folder, copy, { recursive: true })
    damage(join(copy, 'model', name))
    expect(() => readLaunchModel(copy)).toThrow(message)
    expect(() => readLaunchModel(copy)).toThrow(/^[^\n]*$/)
  })
})
