import { expect, it } from 'vitest'
import { batchArguments as args } from '../support/batch.js'
import { start } from '../support/command.js'
import { fakeOpenai } from '../support/fake-openai.js'
import { folderOf } from '../support/files.js'

it('augment --batch goes on with the batch that it left, even when killed before it knew its name', async () => {
  const server = await fakeOpenai({ batchSteps: 60 })
  const folder = folderOf({})
  for (const signal of ['SIGKILL', 'SIGINT'] as const) {
    const left = start(...args(server.url, folder, '--batch'))
    // The first is killed as soon as the server has the batch, the second while it waits for it.
    const before = await server.stats()
    const reached = (now: typeof before) =>
      signal === 'SIGKILL' ? now.batches > 0 : now.polls > before.polls + 2
    while (!reached(await server.stats())) await new Promise((resolve) => setTimeout(resolve, 5))
    left.process.kill(signal)
    const { status, stderr } = await left.ended
    if (signal === 'SIGINT') {
      expect(stderr).toMatch(/the server continues with what was sent/)
      expect(status).toBe(130)
    }
  }
  const { status, stdout } = await start(...args(server.url, folder, '--batch')).ended
  expect(status).toBe(0)
  expect(stdout.trim().split('\n')).toHaveLength(50)
  expect(await server.stats()).toMatchObject({ requests: 0, batches: 1 })
})
