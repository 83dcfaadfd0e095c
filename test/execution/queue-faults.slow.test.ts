import { Worker } from 'bullmq'
import type { ChildProcess } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { trialsQueue } from '#src/execution/queue/link.js'
import { queueExecutor } from '#src/execution/queue/queue.js'
import { ExecutionError } from '#src/util/errors.js'
import { run } from '../conformance/executor.js'
import { start } from '../support/command.js'
import { failing, faultyPreset } from '../support/faulty-preset.js'
import { folderOf, sharedFolder, textOf } from '../support/files.js'
import { hasRedis, startRedis, type TestRedis } from '../support/redis.js'
import { tinyFlags } from '../support/tiny.js'

const password = 'a-secret-that-nobody-sees'

/** A run that takes some seconds. */
const preset = ['run', 'policy-vs-baselines', '--size', 'smoke', '--seeds', '4']
/** One that takes a minute: a full Redis still takes some of what has ended. */
const longer = ['run', 'policy-vs-baselines', '--seeds', '4']

describe.skipIf(!hasRedis)('a queue', () => {
  const folder = sharedFolder()
  const faulty = faultyPreset()
  const children: { process: ChildProcess; ended: Promise<unknown> }[] = []
  const redisOf = async (...options: string[]) => {
    const redis = await startRedis(...options)
    onTestFinished(() => redis.end())
    return redis
  }
  const work = (url: string, ...more: string[]) => {
    const runs = folderOf({})
    const child = start('worker', '--queue', url, '--concurrency', '1', '--runs', runs, ...more)
    children.push(child)
    return child
  }
  /** Waits until a worker is at a seed. */
  const untilWorking = async ({ cli }: TestRedis) => {
    while (Number(cli('llen', 'understudy:trials:active')) === 0) await delay(100)
    await delay(2000)
  }
  afterEach(async () => {
    for (const { process } of children) process.kill('SIGKILL')
    await Promise.all(children.splice(0).map(({ ended }) => ended))
  })

  it('gives up a seed that takes its workers down, and does the others', async () => {
    const { url } = await redisOf()
    let running = true
    const again = () => void work(url, '--import', faulty).ended.then(() => running && again())
    again()
    // Looks for lost jobs, and takes none itself.
    const connection = { url, maxRetriesPerRequest: null }
    const limits = { lockDuration: 15_000, stalledInterval: 1000, maxStalledCount: 1 }
    const watch = new Worker(trialsQueue, null, { connection, prefix: 'understudy', ...limits })
    await watch.startStalledCheckTimer()
    const executor = await queueExecutor('wasm', { url })
    const { rows, error } = await run(executor, 'faulty', [failing.kill, 7, 8])
    running = false
    await watch.close()
    expect([...rows.keys()].sort()).toEqual([7, 8])
    expect(error).toBeInstanceOf(ExecutionError)
    expect((error as Error).message).toMatch(/^seed 11: it took down every worker that had it/)
  })

  it('whose Redis is silent for 30 s says so, and goes on', async () => {
    const redis = await redisOf()
    const worker = work(redis.url)
    const out = folderOf({})
    const running = start(...preset, '--queue', redis.url, '--out', `${out}/queue`)
    await untilWorking(redis)
    process.kill(redis.pid(), 'SIGSTOP')
    await delay(30_000)
    process.kill(redis.pid(), 'SIGCONT')
    const { status, stderr, stdout } = await running.ended
    expect(status).toBe(0)
    expect(stderr).toMatch(/it does not answer; waiting for it, nothing is lost\n[^]*is back\n/)
    expect(stdout).toBe(await inline(out))
    worker.process.kill('SIGTERM')
    expect((await worker.ended).stderr).toMatch(/it does not answer; waiting/)
  })

  it('whose Redis is full says so at the start, or waits and goes on', async () => {
    const redis = await redisOf()
    redis.cli('config', 'set', 'maxmemory', '1')
    const refused = await start(...preset, '--queue', redis.url).ended
    expect(refused).toMatchObject({ status: 1, stdout: '' })
    expect(refused.stderr).toMatch(/^understudy: the queue redis.*its memory is full.*raise its/)
    redis.cli('config', 'set', 'maxmemory', '0')
    work(redis.url)
    const out = folderOf({})
    const running = start(...longer, '--queue', redis.url, '--out', `${out}/queue`)
    await untilWorking(redis)
    redis.cli('config', 'set', 'maxmemory', '1')
    await delay(20_000)
    redis.cli('config', 'set', 'maxmemory', '0')
    const { status, stderr, stdout } = await running.ended
    expect({ status, stderr }).toMatchObject({ status: 0 })
    expect(stderr).toMatch(/its memory is full[^\n]*waiting[^]*is back\n/)
    expect(stdout).toBe(await inline(out, longer))
  })

  it('is waited for by a worker that was started before it', async () => {
    const redis = await redisOf()
    await redis.kill()
    const worker = work(redis.url)
    let said = ''
    worker.process.stderr!.on('data', (chunk) => (said += String(chunk)))
    await expect.poll(() => said, { timeout: 10_000 }).toMatch(/nothing answers there.*; waiting/)
    await redis.start()
    const { url } = redis
    const out = folderOf({})
    const { status, stdout } = await start(...preset, '--queue', url, '--out', `${out}/q`).ended
    expect(status).toBe(0)
    expect(stdout).toBe(await inline(out))
  })

  it('with a password works, and shows the password nowhere', async () => {
    const redis = await redisOf('--requirepass', password)
    const secret = redis.url.replace('://', `://:${password}@`)
    const out = folderOf({})
    const worker = work(secret, '--json')
    const flags = ['run', 'item-tower', ...tinyFlags, '--seeds', '1', '--out', `${out}/run`]
    const ran = await start(...flags, '--queue', secret).ended
    expect(ran.status).toBe(0)
    worker.process.kill('SIGTERM')
    const worked = (await worker.ended) as { stdout: string; stderr: string }
    for (const url of [redis.url, redis.url.replace('://', '://:wrong-password@')])
      for (const command of [['worker'], flags]) {
        const { status, stdout, stderr } = await start(...command, '--queue', url).ended
        expect([status, stdout]).toEqual([2, ''])
        expect(stderr).toMatch(/^understudy: the queue redis:\/\/127\.0\.0\.1:\d+: .*password.*\n$/)
        expect(stderr).not.toContain('wrong-password')
      }
    const all = [ran.stdout, ran.stderr, worked.stdout, worked.stderr, textOf(out)].join('\n')
    expect(all).not.toContain(password)
    expect(worked.stdout).toContain('"done":1')
  })

  it('that is not there is said in a line', async () => {
    const redis = await redisOf()
    await redis.kill()
    const { status, stderr } = await start(...preset, '--queue', redis.url).ended
    expect(status).toBe(1)
    expect(stderr).toMatch(/^understudy: the queue redis.*nothing answers there.*ECONNREFUSED.*\n$/)
    for (const command of [['worker'], preset]) {
      const odd = await start(...command, '--queue', 'http://localhost:1').ended
      expect(odd).toMatchObject({ status: 2, stdout: '' })
      expect(odd.stderr).toMatch(/expected the URL of a Redis, e\.g\. redis:\/\/localhost:6379\n$/)
    }
    await redis.start()
  })

  it('gets the seeds of a stopped worker back, and another does them', async () => {
    const redis = await redisOf()
    const { url } = redis
    const out = folderOf({})
    const first = work(url, '--drain', '0')
    const running = start(...preset, '--queue', url, '--out', `${out}/queue`)
    await untilWorking(redis)
    first.process.kill('SIGTERM')
    const { status, stderr } = (await first.ended) as { status: number; stderr: string }
    expect(status).toBe(0)
    expect(stderr).toMatch(/stopping: trials under way have 0 s, then they go back to the queue/)
    const second = work(url, '--once')
    expect((await running.ended).stdout).toBe(await inline(out))
    expect(((await second.ended) as { status: number }).status).toBe(0)
  })

  it('goes on after Ctrl-C and the same command again', async () => {
    const redis = await redisOf()
    work(redis.url)
    const out = folderOf({})
    const command = [...preset, '--queue', redis.url, '--out', `${out}/queue`]
    const first = start(...command)
    await untilWorking(redis)
    first.process.kill('SIGINT')
    const { status, stderr } = await first.ended
    expect(status).toBe(130)
    expect(stderr).toMatch(/stopped: finished seeds.* are kept; to go on, repeat: understudy run/)
    expect(redis.cli('keys', '*')).not.toMatch(/cancel|trials:\w{12}-/)
    expect((await start(...command).ended).stdout).toBe(await inline(out))
  })

  /** What the same run prints without a queue. */
  const inline = async (out: string, command = preset) =>
    (await start(...command, '--out', `${out}/inline`, '--store', folder).ended).stdout
})
