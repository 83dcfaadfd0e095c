import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '#src/experiment/config.js'
import { main, start, understudy } from '../support/command.js'
import { sharedFolder } from '../support/files.js'
import { hasRedis, startRedis, type TestRedis } from '../support/redis.js'

const folder = sharedFolder()
const flags = ['--size', 'full', '--seeds', '6', '--set', 'dataset.synthetic={"users":500}']

/** Workers that are started again whenever they end, each with its own folder. */
class Workers {
  readonly #running: ChildProcess[] = []
  #ended = false
  constructor(
    private readonly url: string,
    count: number,
  ) {
    for (let k = 0; k < count; k++) this.#start(k)
  }
  #start(k: number): void {
    if (this.#ended) return
    const runs = join(folder, `worker-${k}`)
    const args = [main, 'worker', '--queue', this.url, '--concurrency', '1', '--runs', runs]
    this.#running[k] = spawn(process.execPath, args, { stdio: 'ignore' })
    this.#running[k].once('exit', () => setTimeout(() => this.#start(k), 300))
  }
  kill(k: number): void {
    this.#running[k].kill('SIGKILL')
  }
  async end(): Promise<void> {
    this.#ended = true
    const ended = this.#running.map((one) => new Promise((resolve) => one.once('exit', resolve)))
    for (const one of this.#running) one.kill('SIGTERM')
    await Promise.all(ended)
  }
}

/** How often each finished piece of work was made: its Redis has a log of all that was written. */
function timesMade(redis: TestRedis): number[] {
  const log = join(redis.folder, 'appendonlydir')
  const text = readdirSync(log)
    .filter((name) => name.endsWith('.aof'))
    .map((name) => readFileSync(join(log, name), 'latin1'))
    .join('')
  const times = new Map<string, number>()
  for (const [, digest] of text.matchAll(/understudy:memo:\w+\r\n\$64\r\n(\w{64})\r\n/g))
    times.set(digest, (times.get(digest) ?? 0) + 1)
  return [...times.values()]
}

describe.skipIf(!hasRedis)('a run on a queue under fire', () => {
  let redis: TestRedis
  let workers: Workers
  beforeAll(async () => {
    redis = await startRedis()
    workers = new Workers(redis.url, 2)
  })
  afterAll(async () => {
    await workers.end()
    await redis.end()
  })

  it('gives the bytes of a run on one core, and makes no training twice that was kept', async () => {
    const kills = { workers: 20, redis: 2, coordinator: 3 }
    const store = join(folder, 'store')
    const plain = ['run', 'policy-vs-baselines', ...flags, '--workers', '1', '--store', store]
    const whole = understudy(...plain, '--out', join(folder, 'whole'))
    expect(whole.status).toBe(0)
    const out = join(folder, 'fire')
    const args = ['run', 'policy-vs-baselines', ...flags, '--queue', redis.url, '--out', out]
    let run = start(...args)
    const done: string[] = []
    for (let k = 0; k < kills.workers; k++) {
      await delay(3000)
      workers.kill(k % 2)
      done.push('worker')
      if (k === 6 || k === 13) {
        await redis.kill()
        await delay(2000)
        await redis.start()
        done.push('redis')
      }
      if (k === 3 || k === 9 || k === 16) {
        expect(run.process.exitCode).toBeNull()
        run.process.kill('SIGKILL')
        await run.ended
        await delay(1000)
        run = start(...args)
        done.push('coordinator')
      }
    }
    // It was under fire all along.
    expect(run.process.exitCode).toBeNull()
    const { status, stdout, stderr } = await run.ended
    expect({ status, stderr }).toMatchObject({ status: 0 })
    expect(done).toHaveLength(25)
    expect(stdout).toBe(whole.stdout)
    for (const name of ['results.json', 'trials.csv', 'seed-0.json', 'seed-5.json'])
      expect(readFileSync(join(out, name))).toEqual(readFileSync(join(folder, 'whole', name)))
    const times = timesMade(redis)
    const again = times.reduce((sum, n) => sum + n - 1, 0)
    console.log(`${times.length} pieces of work, ${again} made again`)
    const kept = readdirSync(store, { recursive: true }).filter((name) => /json$/.test(`${name}`))
    // Iterations are forgotten on disk when their policy is kept, and go with the run in the Redis.
    const { policy } = readConfig({})
    const policies = kept.filter((name) => `${name}`.startsWith('policies')).length
    const iterations = policies * (1 + policy.runs * policy.iterations)
    expect(times).toHaveLength(kept.length + iterations)
    expect(again).toBeLessThanOrEqual(kills.workers + 2 * kills.redis)
    expect(redis.cli('keys', '*').split('\n').filter(Boolean)).toEqual(
      expect.not.arrayContaining([expect.stringMatching(/memo|cancel|artefact|completed|wait/)]),
    )
  })
})
