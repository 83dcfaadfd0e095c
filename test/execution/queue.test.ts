import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { syntheticConfig } from '#src/dataset/config.js'
import { synthesize } from '#src/dataset/synthetic.js'
import { queueExecutor } from '#src/execution/queue/queue.js'
import {
  type QueueWorker,
  type QueueWorkerOptions,
  startWorker,
} from '#src/execution/queue/queue-worker.js'
import { setUp } from '#src/experiment/setup.js'
import { ExecutionError, InterruptedError } from '#src/util/errors.js'
import { run } from '../conformance/executor.js'
import { start } from '../support/command.js'
import { failing, faultyPreset, large } from '../support/faulty-preset.js'
import { sharedFolder } from '../support/files.js'
import { hasRedis, startRedis, type TestRedis } from '../support/redis.js'
import { tiny } from '../support/tiny.js'

describe.skipIf(!hasRedis)('a queue', () => {
  const store = sharedFolder()
  const faulty = faultyPreset()
  const workers: QueueWorker[] = []
  let redis: TestRedis
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterEach(async () => {
    for (const worker of workers.splice(0)) await worker.stop(0)
  })
  afterAll(() => redis.end())

  const work = async (more: Partial<QueueWorkerOptions> = {}) => {
    const { url } = redis
    const own = { url, imports: [faulty], store, dataRoot: store, concurrency: 2, ...more }
    workers.push(await startWorker(own))
  }
  const keys = () => redis.cli('keys', '*').split('\n').filter(Boolean)

  it('carries a result of megabytes beside the job, and leaves nothing of it', async () => {
    await work()
    const executor = await queueExecutor('wasm', { url: redis.url })
    const seen: string[] = []
    const { rows, error } = await run(executor, 'faulty', [large, 7], {
      onTrial: () => void seen.push(...keys()),
    })
    expect(error).toBeUndefined()
    expect(Object.keys(rows.get(large)![0].metrics)).toHaveLength(100_001)
    expect(rows.get(large)![0].metrics.m700).toBe(100)
    expect(seen).toContainEqual(expect.stringMatching(/^understudy:artefact:\w{64}:0$/))
    expect(keys()).not.toContainEqual(expect.stringContaining('artefact'))
  })

  it('makes a result again that the Redis has lost', async () => {
    await work()
    const executor = await queueExecutor('wasm', { url: redis.url })
    let lost = 0
    const thief = setInterval(() => {
      const pieces = keys().filter((key) => key.includes('artefact'))
      if (pieces.length > 0 && lost++ === 0) redis.cli('del', ...pieces)
    }, 5)
    const { rows, error } = await run(executor, 'faulty', [large])
    clearInterval(thief)
    expect(error).toBeUndefined()
    expect(rows.get(large)![0].metrics.m700).toBe(100)
  })

  it('is empty after 2,000 jobs were stopped', async () => {
    const stop = new AbortController()
    const executor = await queueExecutor('wasm', { url: redis.url })
    setTimeout(() => stop.abort(), 2000)
    const seeds = Array.from({ length: 2000 }, (_, k) => 100 + k)
    let most = 0
    const counting = setInterval(() => (most = Math.max(most, keys().length)), 100)
    const { error } = await run(executor, 'faulty', seeds, { signal: stop.signal })
    clearInterval(counting)
    expect(error).toBeInstanceOf(InterruptedError)
    expect(most).toBeGreaterThan(2000)
    expect(keys()).toEqual([])
  })

  it('does a seed that needs too much memory no harm to others', async () => {
    await work({ memory: 80 })
    const executor = await queueExecutor('wasm', { url: redis.url })
    const { rows, error } = await run(executor, 'faulty', [failing.memory, 7, 8])
    expect([...rows.keys()].sort()).toEqual([7, 8])
    expect(error).toBeInstanceOf(ExecutionError)
    expect((error as Error).message).toMatch(/ran out of its memory of 80 MB; raise it with --mem/)
  })

  it('waits where its one worker has other data, and says both values', async () => {
    const said: string[] = []
    await work({ onNotice: (line) => said.push(line) })
    const told: string[] = []
    const stop = new AbortController()
    const onNotice = (line: string) => {
      told.push(line)
      stop.abort()
    }
    const executor = await queueExecutor('wasm', { url: redis.url, onNotice })
    const shop = syntheticConfig.parse({ ...tiny.dataset.synthetic, seed: 1 })
    const setup = setUp(synthesize(shop), tiny)
    const ran = executor.run(setup, 'faulty', [7], {
      folders: {},
      onStep: () => undefined,
      onTrial: () => undefined,
      signal: stop.signal,
    })
    await expect(ran).rejects.toBeInstanceOf(InterruptedError)
    const why =
      /dataFingerprint is "\w{64}" at this worker, and "\w{64}" where the run was started: /
    expect(told).toEqual([expect.stringMatching(/^worker \S+ refuses this run: data.*; its seeds/)])
    expect(told[0]).toMatch(why)
    expect(said).toEqual([expect.stringMatching(why)])
  })

  it('has seeds that one worker cannot do done by another', async () => {
    const without = start('worker', '--queue', redis.url, '--runs', store)
    onTestFinished(() => gone(without))
    const told: string[] = []
    const onNotice = (line: string) => {
      told.push(line)
      if (/refuses/.test(line)) void work()
    }
    const executor = await queueExecutor('wasm', { url: redis.url, onNotice })
    const { rows, error } = await run(executor, 'faulty', [7, 8, 9])
    expect(error).toBeUndefined()
    expect([...rows.keys()].sort()).toEqual([7, 8, 9])
    expect(told.at(-1)).toMatch(/^worker .* refuses this run: unknown preset "faulty"/)
  })

  it('is measured for Prometheus by its workers', async () => {
    const worker = start('worker', '--queue', redis.url, '--runs', store, '--metrics-port', '0')
    onTestFinished(() => gone(worker))
    const [first] = (await once(worker.process.stderr!, 'data')) as [Buffer]
    const [place] = /http:\/\/127\.0\.0\.1:\d+\/metrics/.exec(String(first))!
    const executor = await queueExecutor('wasm', { url: redis.url })
    expect((await run(executor, 'item-tower', [7])).error).toBeUndefined()
    const done = async () => /^understudy_worker_\w+_done (\d)/m.exec(await textAt(place))?.[1]
    await expect.poll(done, { timeout: 5000 }).toBe('1')
  })

  it('counts the seeds that its workers do at once, as they come', async () => {
    await work({ concurrency: 3 })
    const executor = await queueExecutor('wasm', { url: redis.url })
    expect(executor.atOnce).toBe(3)
  })

  it('waits for a worker, and says so once', async () => {
    const told: string[] = []
    const onNotice = (line: string) => void told.push(line)
    const executor = await queueExecutor('wasm', { url: redis.url, onNotice })
    setTimeout(() => void work(), 1000)
    expect((await run(executor, 'faulty', [7])).rows.size).toBe(1)
    const place = `redis://127.0.0.1:${redis.port}`
    const line = `no worker at ${place}: waiting for \`understudy worker --queue ${place}\``
    expect(told).toEqual([line])
  })
})

const textAt = async (url: string) => (await fetch(url)).text()

async function gone({ process: child, ended }: ReturnType<typeof start>): Promise<void> {
  child.kill('SIGKILL')
  await ended
}
