import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { start } from '../support/command.js'
import { fakeOpenai } from '../support/fake-openai.js'
import { folderOf } from '../support/files.js'
import { tinyFlags } from '../support/tiny.js'

const commands: string[][] = [
  ['select', '--policy', 'learned'],
  ['augment', '--policy', 'learned', '--users', '5'],
  ['augment', '--policy', 'top:V', '--users', '5'],
  ['advise', '--questions', '40', '--repetitions', '2'],
  ['audit', '--questions', '40'],
  ['run', 'policy-vs-baselines', '--seeds', '2', '--workers', '2'],
  ['run', 'prompt-design', '--seeds', '1'],
  ['run', 'judge-audit', '--seeds', '1'],
  ['run', 'bill-of-learning', '--seeds', '1'],
]

describe.each(commands)('%s %s %s', (...words) => {
  const command = words.filter((word) => word !== undefined)
  const args = (url: string, folder: string, ...more: string[]) => [
    ...command,
    ...['--llm-url', url, '--llm-model', 'm', '--answers', join(folder, 'answers')],
    ...['--set', 'llm.price={"input":1,"output":4,"date":"2026-11-01"}', ...tinyFlags],
    ...(command[0] === 'run' ? ['--out', join(folder, 'run'), '--store', join(folder, 's')] : []),
    ...more,
  ]
  const price =
    /^m: at most (\d+) calls.* 0 of them are stored already; .* at most [\d.]+ USD at the/

  it('says before the first question what it costs at most, asks no more, and keeps its limits', async () => {
    const server = await fakeOpenai({ latency: 2 })
    const folder = folderOf({})
    const run = (...more: string[]) => start(...args(server.url, folder, ...more)).ended
    const dry = await run('--dry-run')
    expect([dry.status, dry.stderr]).toEqual([0, ''])
    const most = Number(price.exec(dry.stdout)![1])
    expect((await server.stats()).requests).toBe(0)

    const stopped = await run('--max-calls', '7')
    const sent = (await server.stats()).requests
    expect([stopped.status, sent <= 7]).toEqual([1, true])
    // A thread that another one's end stops may not have sent what it was about to.
    if (!command.includes('--workers')) expect(sent).toBe(7)
    const [first, last] = stopped.stderr.trim().split('\n')
    expect(first).toMatch(price)
    expect(last).toMatch(/stopped after 7 calls, as --max-calls says/)

    const poor = await run('--max-cost', '0.003')
    expect([poor.status, poor.stderr]).toEqual([1, expect.stringMatching(/break --max-cost 0.003/)])
    const { requests } = await server.stats()
    expect(requests).toBeGreaterThan(sent)

    const whole = await run('--max-calls', String(most))
    // An audit of this judge fails, as it answers by chance.
    expect([whole.status, whole.stderr]).toEqual([
      command[0] === 'audit' ? 1 : 0,
      expect.stringMatching(/^m: at most/),
    ])
    expect((await server.stats()).requests).toBeLessThanOrEqual(most)
  })
})
