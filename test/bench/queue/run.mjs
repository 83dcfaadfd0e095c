// Throughput of two and four workers of a queue against one, and what a job costs beyond its work:
//   npm run bench:queue            needs redis-server
// All ways take turns, so that other load meets them alike; medians are printed as Markdown.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const dist = (file) => new URL(`../../../dist/${file}`, import.meta.url)
const { hashes } = await import('./busy.mjs')
const perSecond = speed()
process.env.UNDERSTUDY_HASHES_PER_SECOND = String(perSecond)
const busy = fileURLToPath(new URL('busy.mjs', import.meta.url))
const { loadDataset, setUp } = await import('understudy')
const { inlineExecutor } = await import(dist('execution/inline.js'))
const { threadExecutor } = await import(dist('execution/threads.js'))
const { queueExecutor } = await import(dist('execution/queue/queue.js'))

const rounds = 3
const folder = mkdtempSync(join(tmpdir(), 'understudy-bench-'))
const [port, url] = [7999, 'redis://127.0.0.1:7999']
const redis = spawn('redis-server', ['--port', port, '--dir', folder, '--appendonly', 'yes'])
await delay(1000)
const shop = { synthetic: { users: 200, items: 200 } }
const small = { evaluation: { ks: [10] }, policy: { budget: 10, rewardK: 10 } }
const setup = setUp(await loadDataset(shop), { dataset: shop, ...small })

/** Hashes that this machine makes in a second of the processor. */
function speed() {
  hashes(2000)
  const before = process.cpuUsage()
  hashes(10_000)
  const { user, system } = process.cpuUsage(before)
  return Math.round(10_000 / ((user + system) / 1e6))
}

function startWorkers(count) {
  return Array.from({ length: count }, (_, k) => {
    const flags = ['--queue', url, '--concurrency', '1', '--runs', join(folder, `${k}`)]
    const main = fileURLToPath(dist('cli/main.js'))
    return spawn(process.execPath, [main, 'worker', ...flags, '--import', busy], {
      stdio: 'ignore',
    })
  })
}

/** Seconds that a preset takes for so many seeds. */
async function time(executor, preset, count) {
  const seeds = Array.from({ length: count }, (_, k) => k)
  const before = performance.now()
  await executor.run(setup, preset, seeds, {
    folders: {},
    onStep: () => undefined,
    onTrial: () => undefined,
  })
  return (performance.now() - before) / 1000
}

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]

/** Seconds of each way and list of jobs, in turns. */
async function measure(ways, lists) {
  const seconds = {}
  for (let round = 0; round < rounds; round++)
    for (const [preset, count] of lists)
      for (const [way, run] of Object.entries(ways))
        (seconds[`${way} ${preset}`] ??= []).push(await run(preset, count))
  return (way, preset) => median(seconds[`${way} ${preset}`])
}

/** Processor seconds of this process, the coordinator, and of the Redis so far. */
function processor() {
  const { user, system } = process.cpuUsage()
  const info = execFileSync('redis-cli', ['-p', port, 'info', 'cpu'], { encoding: 'utf8' })
  const of = (kind) => Number(new RegExp(`^used_cpu_${kind}:(.*)$`, 'm').exec(info)[1])
  return { coordinator: (user + system) / 1e6, redis: of('user') + of('sys') }
}

/** Processor seconds of all seeds on queues. */
const spent = { seeds: 0, coordinator: 0, redis: 0 }

/** Runs on so many workers, which have loaded everything before. */
const onQueue = (count) => async (preset, jobs) => {
  const workers = startWorkers(count)
  const executor = await queueExecutor('wasm', { url })
  while ((await queueExecutor('wasm', { url })).atOnce < count) await delay(100)
  await time(executor, preset, 4 * count)
  const before = processor()
  const seconds = await time(executor, preset, jobs)
  const after = processor()
  spent.seeds += jobs
  for (const who of ['coordinator', 'redis']) spent[who] += after[who] - before[who]
  const ended = workers.map((worker) => once(worker, 'exit'))
  for (const worker of workers) worker.kill('SIGTERM')
  await Promise.all(ended)
  return seconds
}
const inline = (preset, jobs) => time(inlineExecutor('wasm'), preset, jobs)
const threads = (preset, jobs) =>
  time(threadExecutor('wasm', { workers: 2, imports: [busy] }), preset, jobs)

const cells = (row) => console.log(`| ${row.join(' | ')} |`)
const lists = [
  ['idle-1000', 8],
  ['idle-20', 100],
  ['busy-1000', 8],
  ['busy-20', 100],
]
const ways = { inline, threads, one: onQueue(1), two: onQueue(2), four: onQueue(4) }
const of = await measure(ways, lists)
const head = ['seeds', 'inline', '2 threads', '1 worker', '2 workers', '4 workers']
cells([...head, '1 / 2 workers', '1 / 4 workers', 'a seed more than inline, ms'])
cells(['---', ...Array(8).fill('--:')])
for (const [preset, count] of lists) {
  const times = Object.keys(ways).map((way) => of(way, preset))
  const [plain, , one, two, four] = times
  const more = (((one - plain) / count) * 1000).toFixed(0)
  const ratios = [two, four].map((many) => (one / many).toFixed(2))
  cells([`${count} x ${preset}`, ...times.map((s) => s.toFixed(1)), ...ratios, more])
}
const each = (who) => `${((1000 * spent[who]) / spent.seeds).toFixed(1)} ms of the ${who}`
console.log(`processor time a seed: ${each('coordinator')}, ${each('redis')}`)
redis.kill()
await once(redis, 'exit')
rmSync(folder, { recursive: true })
process.exit()
