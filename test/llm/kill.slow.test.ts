import { join } from 'node:path'
import { expect, it } from 'vitest'
import { start } from '../support/command.js'
import { fakeOpenai } from '../support/fake-openai.js'
import { folderOf } from '../support/files.js'

it('augment that was killed ten times ends with the same pairs, and asks nothing twice but what was in flight', async () => {
  const server = await fakeOpenai({ latency: 12 })
  const folder = folderOf({})
  const args = (answers: string, ...more: string[]) => [
    'augment',
    '--policy',
    'top:V',
    '--users',
    '12',
    '--pairs',
    '10',
    '--llm-url',
    server.url,
    '--llm-model',
    'm',
    '--answers',
    join(folder, answers),
    '--set',
    'dataset.synthetic={"users":200,"items":200}',
    '--set',
    'augmentation.bothOrders=false',
    ...more,
  ]
  const kills = 10
  for (let k = 0; k < kills; k++) {
    const child = start(...args('killed'))
    await new Promise((resolve) => setTimeout(resolve, 350 + 40 * k))
    child.process.kill('SIGKILL')
    await child.ended
  }
  const { status, stdout } = await start(...args('killed')).ended
  expect(status).toBe(0)
  expect(stdout.trim().split('\n')).toHaveLength(120)
  const { requests } = await server.stats()
  // At most 8 requests are in flight at a kill.
  expect(requests - 120).toBeLessThanOrEqual(8 * kills)
  expect((await start(...args('whole')).ended).stdout).toBe(stdout)
  expect((await start(...args('killed', '--replay')).ended).stdout).toBe(stdout)
  expect((await server.stats()).requests).toBe(requests + 120)
})
