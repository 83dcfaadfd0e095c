import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openAnswerStore } from '#src/llm/answer-store.js'
import { costOf } from '#src/llm/prices.js'
import { readCosts } from '#src/run/run-cost.js'
import { start } from '../support/command.js'
import { fakeOpenai } from '../support/fake-openai.js'
import { folderOf } from '../support/files.js'
import { tinyFlags } from '../support/tiny.js'

it('a run keeps what the server counted, and pays nothing twice', async () => {
  const server = await fakeOpenai({})
  const folder = folderOf({})
  const run = (name: string, ...more: string[]) =>
    start(
      ...['run', 'prompt-design', '--seeds', '1', ...tinyFlags, ...more],
      ...['--llm-url', server.url, '--llm-model', 'm', '--answers', join(folder, 'answers')],
      ...['--set', 'llm.price={"input":1,"output":4,"date":"2026-11-01"}'],
      ...['--out', join(folder, name), '--store', join(folder, 'store')],
    ).ended
  expect((await run('whole')).status).toBe(0)
  const [cost] = readCosts(join(folder, 'whole'))
  expect(cost.requests).toBe((await server.stats()).requests)
  const price = { input: 1, output: 4, currency: 'USD', date: '2026-11-01' }
  const answers = openAnswerStore(join(folder, 'answers'), { readOnly: true })
  const paid = [...answers.all()].map(({ usage }) => costOf(usage!, price))
  await answers.close()
  expect(cost.amount).toBeCloseTo(
    paid.reduce((sum, amount) => sum + amount, 0),
    10,
  )
  // Other seeds, which are stopped.
  expect((await run('stopped', '--seeds', '2', '--max-calls', '20')).status).toBe(1)
  expect(readCosts(join(folder, 'stopped'))).toMatchObject([
    { ...cost, requests: 20, amount: expect.any(Number) as number },
  ])
  // Stored answers alone are read: nothing is written beside them.
  const asking = join(folder, 'answers', 'asking')
  rmSync(asking, { recursive: true })
  expect((await run('replayed', '--replay')).status).toBe(0)
  expect([existsSync(asking), readCosts(join(folder, 'replayed'))]).toEqual([false, []])
  // Everything is stored.
  expect((await run('again')).status).toBe(0)
  expect(readCosts(join(folder, 'again'))).toEqual([])
}, 120_000)
