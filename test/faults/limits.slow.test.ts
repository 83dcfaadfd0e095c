import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { start } from '../support/command.js'
import { fakeOpenai } from '../support/fake-openai.js'
import { folderOf } from '../support/files.js'
import { tinyFlags } from '../support/tiny.js'

const augment = (url: string, answers: string, ...more: string[]) =>
  start(
    ...['augment', '--policy', 'top:V', '--users', '20', '--pairs', '10'],
    ...['--llm-url', url, '--llm-model', 'm', '--answers', answers],
    ...['--set', 'dataset.synthetic={"users":200,"items":200}', ...more],
    ...['--set', 'llm.price={"input":1,"output":4,"date":"2026-11-01"}'],
  )

describe('a limit of calls holds for all requests', () => {
  it.each([
    ['of one process that tries again', 1, 0.4],
    ['of two processes of one command', 2, 0],
    ['of four processes that try again', 4, 0.4],
  ])('%s', async (_, processes, faults) => {
    const server = await fakeOpenai({ latency: 20, faults, hang: 100 })
    const answers = folderOf({})
    const ended = await Promise.all(
      Array.from(
        { length: processes },
        () =>
          augment(server.url, answers, '--max-calls', '50', '--set', 'llm.retryMilliseconds=1')
            .ended,
      ),
    )
    for (const { status, stderr } of ended)
      expect([status, stderr]).toEqual([
        1,
        expect.stringContaining('stopped after 50 calls, as --max-calls says'),
      ])
    expect((await server.stats()).requests).toBe(50)
  })

  it('while one process after the other is killed', async () => {
    const server = await fakeOpenai({ latency: 20 })
    const answers = folderOf({})
    const one = () => augment(server.url, answers, '--max-calls', '120')
    let running = [one(), one(), one()]
    for (let k = 0; k < 4; k++) {
      await new Promise((resolve) => setTimeout(resolve, 200 + 150 * k))
      running[0].process.kill('SIGKILL')
      running = [...running.slice(1), one()]
    }
    await Promise.all(running.map(({ ended }) => ended))
    expect((await server.stats()).requests).toBeLessThanOrEqual(120)
  })
})

it('limits hold for all threads of a run', async () => {
  const server = await fakeOpenai({ latency: 10, faults: 0.2, hang: 100 })
  const folder = folderOf({})
  const run = (...limit: string[]) =>
    start(
      ...['run', 'policy-vs-baselines', '--workers', '4', '--seeds', '4', ...tinyFlags, ...limit],
      ...['--llm-url', server.url, '--llm-model', 'm', '--answers', join(folder, 'answers')],
      ...['--set', 'llm.price={"input":1,"output":4,"date":"2026-11-01"}'],
      ...['--out', join(folder, 'out'), '--store', join(folder, 'store')],
    ).ended
  expect((await run('--max-calls', '61')).stderr).toMatch(/stopped after 61 calls/)
  expect((await server.stats()).requests).toBe(61)
  // A prompt has at most 2,000 characters, of which this server counts 500 tokens.
  expect((await run('--max-cost', '0.02')).stderr).toMatch(/break --max-cost 0.02/)
  expect((await server.stats()).requests).toBeGreaterThan(61 + 10)
})
