import { join } from 'node:path'
import { expect, it } from 'vitest'
import { start } from '../support/command.js'
import { fakeOpenai } from '../support/fake-openai.js'
import { folderOf } from '../support/files.js'

const args = (url: string, answers: string, ...more: string[]) =>
  ['augment', '--policy', 'top:V', '--users', '10', '--pairs', '5', '--llm-url', url, '--llm-model', 'm', '--answers', answers, '--set', 'dataset.synthetic={"users":200,"items":200}', '--set', 'llm.batchPollSeconds=0.05', ...more]

it('asks by one batch what asking one by one would, and asks nothing twice', async () => {
  const server = await fakeOpenai({ batchSteps: 3 })
  const folder = folderOf({})
  const batched = await start(...args(server.url, join(folder, 'a'), '--batch')).ended
  expect(batched.stderr).toMatch(/100 questions sent as batch-1/)
  expect(batched.status).toBe(0)
  expect(await server.stats()).toMatchObject({ requests: 0, batches: 1 })
  expect((await start(...args(server.url, join(folder, 'b'))).ended).stdout).toBe(batched.stdout)
  expect((await start(...args(server.url, join(folder, 'a'), '--batch')).ended).stdout).toBe(batched.stdout)
  expect((await server.stats()).batches).toBe(1)
})

it('left and gone on with: the same batch, also when it was killed before it knew its name', async () => {
  const server = await fakeOpenai({ batchSteps: 60 })
  const folder = folderOf({})
  for (const signal of ['SIGKILL', 'SIGINT'] as const) {
    const left = start(...args(server.url, folder, '--batch'))
    // The first is killed as soon as the server has the batch, the second while it waits for it.
    const before = await server.stats()
    const reached = (now: typeof before) => (signal === 'SIGKILL' ? now.batches > 0 : now.polls > before.polls + 2)
    while (!reached(await server.stats())) await new Promise((resolve) => setTimeout(resolve, 5))
    left.process.kill(signal)
    const { status, stderr } = await left.ended
    if (signal === 'SIGINT') {
      expect(stderr).toMatch(/what was sent goes on at the server/)
      expect(status).toBe(130)
    }
  }
  const { status, stdout } = await start(...args(server.url, folder, '--batch')).ended
  expect(status).toBe(0)
  expect(stdout.trim().split('\n')).toHaveLength(50)
  expect(await server.stats()).toMatchObject({ requests: 0, batches: 1 })
})

it('a request that failed in the batch is a failed question; the same command asks it again', async () => {
  const { url, stats } = await fakeOpenai({ faults: 0.3, batchSteps: 1 })
  const folder = folderOf({})
  const { status, stderr, stdout } = await start(...args(url, folder, '--batch', '--json')).ended
  expect(status).toBe(0)
  const { failed, calls } = JSON.parse(stdout) as { failed: number; calls: number }
  expect(calls).toBe(100)
  expect(failed).toBeGreaterThan(10)
  expect(stderr).toMatch(/the batch has no answer to it/)
  await start(...args(url, folder, '--batch')).ended
  expect((await stats()).batches).toBe(2)
})

it('sends nothing that would break a limit', async () => {
  const { url, stats } = await fakeOpenai()
  const price = '{"input":1,"output":4,"date":"2026-11-01"}'
  for (const limit of [['--max-calls', '99'], ['--max-cost', '0.000001', '--set', `llm.price=${price}`]]) {
    const { status, stderr } = await start(...args(url, folderOf({}), '--batch', ...limit)).ended
    expect(status).toBe(1)
    expect(stderr).toMatch(/nothing sent: 100 questions/)
  }
  expect((await stats()).batches).toBe(0)
})
