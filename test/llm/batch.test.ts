import { join } from 'node:path'
import { expect, it } from 'vitest'
import { batchArguments as args } from '../support/batch.js'
import { start } from '../support/command.js'
import { fakeOpenai } from '../support/fake-openai.js'
import { folderOf } from '../support/files.js'

it('augment --batch asks by one batch what augment asks one by one, and asks nothing twice', async () => {
  const server = await fakeOpenai({ batchSteps: 3 })
  const folder = folderOf({})
  const batched = await start(...args(server.url, join(folder, 'a'), '--batch')).ended
  expect(batched.stderr).toMatch(/100 questions sent as batch-1/)
  expect(batched.status).toBe(0)
  expect(await server.stats()).toMatchObject({ requests: 0, batches: 1 })
  expect((await start(...args(server.url, join(folder, 'b'))).ended).stdout).toBe(batched.stdout)
  expect((await start(...args(server.url, join(folder, 'a'), '--batch')).ended).stdout).toBe(
    batched.stdout,
  )
  expect((await server.stats()).batches).toBe(1)
})

it('a request that failed in the batch is a failed question, which the same command asks again', async () => {
  const { url, stats } = await fakeOpenai({ faults: 0.3, batchSteps: 1 })
  const folder = folderOf({})
  const { status, stderr, stdout } = await start(...args(url, folder, '--batch', '--json')).ended
  expect(status).toBe(0)
  const { failed, calls } = JSON.parse(stdout) as { failed: number; calls: number }
  expect(calls).toBe(100)
  expect(failed).toBeGreaterThan(10)
  expect(stderr).toMatch(/the batch has no answer to this question/)
  await start(...args(url, folder, '--batch')).ended
  expect((await stats()).batches).toBe(2)
})

it('augment --batch sends nothing that would break a limit', async () => {
  const { url, stats } = await fakeOpenai()
  const price = '{"input":1,"output":4,"date":"2026-11-01"}'
  for (const limit of [
    ['--max-calls', '99'],
    ['--max-cost', '0.000001', '--set', `llm.price=${price}`],
  ]) {
    const { status, stderr } = await start(...args(url, folderOf({}), '--batch', ...limit)).ended
    expect(status).toBe(1)
    expect(stderr).toMatch(/nothing sent: 100 questions/)
  }
  expect((await stats()).batches).toBe(0)
})
