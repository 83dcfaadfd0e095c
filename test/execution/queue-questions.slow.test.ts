import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readCosts } from '#src/run/run-cost.js'
import { start } from '../support/command.js'
import { fakeOpenai } from '../support/fake-openai.js'
import { folderOf, sharedFolder } from '../support/files.js'
import { hasRedis, startRedis, type TestRedis } from '../support/redis.js'
import { tinyFlags } from '../support/tiny.js'

/** `llm.concurrency` of the commands. */
const inFlight = 8
const key = 'sk-key-of-the-coordinator'

describe.skipIf(!hasRedis)('questions of two workers to one language model', () => {
  const folder = sharedFolder()
  let redis: TestRedis
  let workers: ReturnType<typeof start>[]
  beforeAll(async () => {
    redis = await startRedis()
    delete process.env.OPENAI_API_KEY
    workers = [1, 2].map((k) =>
      start(
        ...['worker', '--queue', redis.url, '--concurrency', '1'],
        ...['--runs', `${folder}/worker-${k}`],
      ),
    )
    // Workers have no key.
    process.env.OPENAI_API_KEY = key
  })
  afterAll(async () => {
    for (const { process } of workers) process.kill('SIGTERM')
    await Promise.all(workers.map(({ ended }) => ended))
    await redis.end()
  })

  const ask = (url: string, out: string, ...more: string[]) =>
    start(
      ...['run', 'policy-vs-baselines', '--seeds', '2', ...tinyFlags],
      ...['--set', 'augmentation.pairsPerUser=1', '--set', 'augmentation.bothOrders=false'],
      ...['--llm-url', url, '--llm-model', 'm', '--anyway', '--out', `${out}/run`],
      ...['--answers', `${out}/answers`, '--store', `${out}/store`, ...more],
    )

  /** What the same run asks and prints without a queue. */
  async function inline() {
    const { url, stats } = await fakeOpenai({ key })
    const { status, stdout } = await ask(url, folderOf({})).ended
    expect(status).toBe(0)
    return { stdout, ...(await stats()) }
  }

  it('are asked once each, with the key of the coordinator, and give the same bytes', async () => {
    const expected = await inline()
    const { url, stats } = await fakeOpenai({ key })
    const { status, stdout, stderr } = await ask(url, folderOf({}), '--queue', redis.url).ended
    expect({ status, stderr }).toMatchObject({ status: 0 })
    expect(stdout).toBe(expected.stdout)
    expect(await stats()).toMatchObject({ requests: expected.requests, repeated: 0 })
    expect(expected.requests).toBeGreaterThan(100)
    expect(redis.cli('keys', '*')).not.toContain('questions')
  })

  it('wait for a coordinator that was killed, and are asked once but for those in flight', async () => {
    const expected = await inline()
    const { url, stats } = await fakeOpenai({ key, latency: 60 })
    const out = folderOf({})
    const kills = 3
    let run = ask(url, out, '--queue', redis.url)
    for (let k = 0; k < kills; k++) {
      const before = (await stats()).answered
      while ((await stats()).answered < before + 20) await delay(50)
      run.process.kill('SIGKILL')
      await run.ended
      run = ask(url, out, '--queue', redis.url)
    }
    const { status, stdout, stderr } = await run.ended
    expect({ status, stderr }).toMatchObject({ status: 0 })
    expect(stdout).toBe(expected.stdout)
    const { requests, repeated } = await stats()
    expect(requests - repeated).toBe(expected.requests)
    expect(repeated).toBeLessThanOrEqual(inFlight * kills)
  })

  it('keep to one limit, which is said as without a queue; a higher one goes on', async () => {
    const { url, stats } = await fakeOpenai({ key })
    const out = folderOf({})
    const stopped = await ask(url, out, '--queue', redis.url, '--max-calls', '50').ended
    expect([stopped.status, stopped.stdout]).toEqual([1, ''])
    expect(stopped.stderr).toMatch(/^understudy: stopped after 50 calls, as --max-calls says; /m)
    expect((await stats()).requests).toBe(50)
    const { status, stdout } = await ask(url, out, '--queue', redis.url).ended
    expect(status).toBe(0)
    expect(stdout).toBe((await inline()).stdout)
    expect((await stats()).repeated).toBe(0)
  })

  it('cost together what --max-cost allows, and not more', async () => {
    const { url, stats } = await fakeOpenai({ key })
    const out = folderOf({})
    const price = ['--set', 'llm.price={"input":1,"output":4,"date":"2026-11-01"}']
    const poor = [...price, '--max-cost', '0.02', '--queue', redis.url]
    const stopped = await ask(url, out, ...poor).ended
    expect([stopped.status, stopped.stdout]).toEqual([1, ''])
    expect(stopped.stderr).toMatch(/break --max-cost 0.02/)
    const { requests } = await stats()
    expect(requests).toBeGreaterThan(10)
    const [cost] = readCosts(`${out}/run`)
    expect(cost).toMatchObject({ requests, currency: 'USD' })
    expect(cost.amount).toBeLessThanOrEqual(0.02)
    const { status, stdout } = await ask(url, out, ...price, '--queue', redis.url).ended
    expect(status).toBe(0)
    expect(stdout).toBe((await inline()).stdout)
    expect((await stats()).repeated).toBe(0)
  })
})
