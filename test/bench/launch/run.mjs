// What a launch is worth against what happened later, on real data sets, by the command alone:
//   npm run bench:launch hold-out movietweetings deskdrop: the last-seen 200 items are held back
//   npm run bench:launch later amazon-2014/Beauty 5: all after the 70 % cut, five trainings
// Data are looked for in UNDERSTUDY_DATA. Prints Markdown rows.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import { loadDataset, readConfig, Trial } from '../../../dist/index.js'
import { launchSplit } from '../../../dist/dataset/launch-split.js'
import { splitDataset } from '../../../dist/dataset/split.js'
import { shelfTask } from '../../../dist/evaluation/ranking-tasks.js'
import { shelfMetrics } from '../../../dist/evaluation/shelf-metrics.js'
import { userFeatures } from '../../../dist/features/features.js'
import { bestOf, nothingExcluded } from '../../../dist/launch/lists.js'
import { foldedModel } from '../../../dist/two-tower/signals.js'
import { csv } from '../../../dist/util/csv.js'
import { shuffle, stream } from '../../../dist/util/random.js'
import { meanAndError } from '../../../dist/util/statistics.js'

const cli = new URL('../../../dist/cli/main.js', import.meta.url).pathname
const root = process.env.UNDERSTUDY_DATA
if (root === undefined) throw new Error('set UNDERSTUDY_DATA to the folder of the data sets')
const [mode, ...rest] = process.argv.slice(2)
const folder = mkdtempSync(join(tmpdir(), 'understudy-launch-'))

const write = (name, head, rows) => {
  const file = join(folder, name)
  writeFileSync(file, csv(head, rows))
  return file
}

/** Runs `understudy launch`; the time it took and what it says of itself. */
function launch(orders, products, out, flags = []) {
  const started = performance.now()
  const args = ['launch', '--interactions', orders, '--items', products, '--out', out, '--json']
  const columns = ['--column', 'timestamp=timestamp', '--k', '50', ...flags]
  const said = execFileSync(process.execPath, [cli, ...args, ...columns], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 2 ** 30,
  })
  return { seconds: (performance.now() - started) / 1000, ...JSON.parse(said) }
}

/** Item ids by user, best first, as the launch wrote them. */
function lists(file) {
  const byUser = new Map()
  for (const { user_id, item_id } of parse(readFileSync(file), { columns: true }))
    byUser.set(user_id, [...(byUser.get(user_id) ?? []), item_id])
  return byUser
}

/** Recall@k, mean and standard error over users. */
function recall(listOf, truth, k) {
  const values = [...truth].map(([user, relevant]) => {
    const list = (listOf(user) ?? []).slice(0, k)
    return list.filter((item) => relevant.has(item)).length / relevant.size
  })
  return meanAndError(values)
}

const digits = (x) => x.toFixed(3).replace(/^0/, '')
const withError = ({ mean, standardError }) => `${digits(mean)} ± ${digits(standardError)}`

/** The last-seen 200 items are products without interactions. */
async function holdOut(name) {
  const source = join(root, 'csv', name)
  const unzip = (file) => gunzipSync(readFileSync(join(source, file)))
  const rows = parse(unzip('interactions.csv.gz'), { columns: true })
  const first = new Map()
  for (const { item_id, timestamp } of rows)
    if (!(first.get(item_id) <= Number(timestamp))) first.set(item_id, Number(timestamp))
  const byTime = [...first].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  const held = new Set(byTime.slice(0, 200).map(([item]) => item))
  const head = Object.keys(rows[0])
  const kept = rows.filter(({ item_id }) => !held.has(item_id))
  const orders = write(
    'orders.csv',
    head,
    kept.map((row) => head.map((column) => row[column])),
  )
  const products = join(folder, 'products.csv')
  writeFileSync(products, unzip('items.csv.gz'))
  const out = join(folder, 'launch')
  const named = join(folder, 'new.txt')
  const titled = new Set(parse(readFileSync(products), { columns: true }).map((row) => row.item_id))
  writeFileSync(named, [...held].filter((item) => titled.has(item)).join('\n') + '\n')
  const made = launch(orders, products, out, ['--new', named])
  const files = { interactions: orders, items: products, columns: { timestamp: 'timestamp' } }
  const dataset = await loadDataset({ name: 'files', files, newItems: { file: named } })
  const known = new Set(dataset.userIds)
  const placed = new Set(dataset.newItems.ids)
  const truth = new Map()
  for (const { user_id, item_id } of rows)
    if (held.has(item_id) && placed.has(item_id) && known.has(user_id))
      truth.set(user_id, (truth.get(user_id) ?? new Set()).add(item_id))
  const fresh = lists(join(out, 'recommendations-new.csv'))
  const among = (user) => fresh.get(user)
  const shelf = lists(join(out, 'recommendations.csv'))
  const baseline = await baselines(dataset, held)
  const columns = { launch: among, ...baseline }
  for (const k of [10, 50]) {
    const cells = Object.entries(columns).map(([column, of]) => [column, recall(of, truth, k)])
    const own = cells[0][1]
    const best = cells.slice(1).reduce((a, b) => (b[1].mean > a[1].mean ? b : a))
    const verdict = own.mean >= best[1].mean - own.standardError ? 'holds' : `loses to ${best[0]}`
    const said = cells.map(([, value], n) => (n === 0 ? withError(value) : digits(value.mean)))
    const onShelf = digits(recall((user) => shelf.get(user), truth, k).mean)
    console.log(`| ${name} @${k} | ${truth.size} | ${said.join(' | ')} | ${onShelf} | ${verdict} |`)
  }
  const signals = made.expected?.signals.join(' + ')
  console.log(
    `${name}: ${made.seconds.toFixed(0)} s, exposure ${made.exposure.toFixed(3)}, ${signals}`,
  )
}

/** What single signals rank among the held-back items, by the library. */
async function baselines(dataset, held) {
  const { dataset: all, split } = launchSplit(dataset)
  const config = readConfig({})
  const features = userFeatures(all, split, config.features)
  const trial = new Trial({ config, dataset: all, split, features, others: [] })
  const input = trial.signals()
  const items = split.coldItems.all.filter((item) => held.has(all.itemIds[item]))
  const users = split.trainUsers
  const place = new Map(Array.from(users, (user, n) => [all.userIds[user], n]))
  const ranked = (map, text, popularity) => {
    const model = foldedModel(input, { map, text, popularity, intercept: 0 })
    const common = { engine: trial.engine, model, train: split.train }
    const top = bestOf({ ...common, exclusions: nothingExcluded }, users, items, 50)
    return (user) => {
      const n = place.get(user)
      return Array.from(top.items.subarray(n * 50, (n + 1) * 50), (item) => all.itemIds[item])
    }
  }
  return {
    cosine: ranked(0, 1, 0),
    'cosine + popularity': ranked(0, 1, 0.1),
    'content map': ranked(1, 0, 0),
    popularity: ranked(0, 0, 1),
  }
}

/**
 * All that users chose after the 70 % cut, known items and the test half of the new ones. The
 * launch places all new items; the shelf that is measured holds the test half.
 */
async function later(name, trainings) {
  const dataset = await loadDataset(name, { dataRoot: root })
  const split = splitDataset(dataset, readConfig({}).split)
  const { interactions, itemIds, userIds, items } = dataset
  const { user, item, timestamp } = interactions
  const onShelf = new Set([...split.warmItems, ...split.coldItems.test])
  const everything = [...split.warmItems, ...split.coldItems.all]
  const rows = Array.from(user.keys()).filter((k) => timestamp[k] < split.cut)
  const order = (k) => [userIds[user[k]], itemIds[item[k]], timestamp[k]]
  const orders = write('orders.csv', ['user_id', 'item_id', 'timestamp'], rows.map(order))
  const text = ({ title = '', categories = [], brand = '' }) => [
    title,
    categories.map((path) => path.join(' > ')).join('|'),
    brand,
  ]
  const head = ['item_id', 'title', 'categories', 'brand']
  const catalogue = (of) => everything.map((i) => [itemIds[i], ...text(items[of(i)])])
  const products = write(
    'products.csv',
    head,
    catalogue((i) => i),
  )
  const fresh = [...split.coldItems.test]
  const all = split.coldItems.all
  const turned = shuffle(all.slice(), stream(0, 'shuffled control'))
  const swap = new Map(Array.from(all, (i, k) => [i, turned[k]]))
  const shelf = join(folder, 'shelf.txt')
  writeFileSync(shelf, [...onShelf].map((i) => itemIds[i]).join('\n') + '\n')
  const listed = join(folder, 'lists.csv')
  const shuffled = write(
    'shuffled.csv',
    head,
    catalogue((i) => swap.get(i) ?? i),
  )
  const task = shelfTask(split, 'test').later
  const measured = (recommendations) => {
    const found = lists(recommendations)
    const index = new Map(itemIds.map((id, i) => [id, i]))
    const best = new Int32Array(task.users.length * 50).fill(-1)
    task.users.forEach((who, n) =>
      (found.get(userIds[who]) ?? []).forEach((id, k) => (best[n * 50 + k] = index.get(id))),
    )
    const isNew = new Set(fresh)
    return shelfMetrics(best, task, (i) => isNew.has(i), [10, 50]).mean
  }
  const asIs = (seed) => {
    const features = userFeatures(dataset, split, readConfig({}).features)
    const setup = { config: readConfig({}), dataset, split, features, others: [] }
    const trial = new Trial(setup, { seed })
    const common = { engine: trial.engine, train: split.train, exclusions: nothingExcluded }
    const candidates = Int32Array.from(onShelf).sort()
    const { items: best } = bestOf(
      { ...common, model: trial.fit('content-map') },
      task.users,
      candidates,
      50,
    )
    const isNew = new Set(fresh)
    return shelfMetrics(best, task, (i) => isNew.has(i), [10, 50]).mean
  }
  const out = join(folder, 'launch')
  const by = { 'as is': [], launch: [], 'launch, texts shuffled': [] }
  for (let seed = 0; seed < trainings; seed++) {
    by['as is'].push(asIs(seed))
    const control = seed < 2 ? [['launch, texts shuffled', shuffled]] : []
    for (const [row, file] of [['launch', products], ...control]) {
      const made = launch(orders, file, out, ['--seed', String(seed), '--ask', 'never'])
      const args = ['recommend', '--model', out, '--items', shelf, '--k', '50', '--out', listed]
      execFileSync(process.execPath, [cli, ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
      by[row].push(measured(listed))
      console.error(`${row} ${seed}: ${made.seconds.toFixed(0)} s, ${made.expected.signals}`)
    }
  }
  const metrics = ['recall@10', 'recall@50', 'ndcg@50', 'new@50', 'warm@50', 'exposure@50']
  for (const [row, values] of Object.entries(by)) {
    const cells = metrics.map((m) => {
      const { mean, standardError } = meanAndError(values.map((value) => value[m]))
      return `${mean.toFixed(4)} ± ${standardError.toFixed(4)}`
    })
    console.log(`| ${name} ${row} | ${cells.join(' | ')} |`)
  }
}

mkdirSync(folder, { recursive: true })
try {
  if (mode === 'hold-out') for (const name of rest) await holdOut(name)
  else if (mode === 'later') await later(rest[0], Number(rest[1] ?? 5))
  else throw new Error('say hold-out <folders of csv/>, or later <data set> <trainings>')
} finally {
  rmSync(folder, { recursive: true, force: true })
}
