import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openAnswerStore } from '#src/llm/answer-store.js'
import { start } from '../support/command.js'
import { fakeOpenai } from '../support/fake-openai.js'
import { folderOf } from '../support/files.js'
import { tinyFlags } from '../support/tiny.js'

/** Each user is asked 10 questions in both orders. */
const users = 20
const questions = 2 * 10 * users
/** `llm.concurrency` of the commands. */
const inFlight = 8

const augment = (url: string, answers: string) =>
  start(
    ...['augment', '--policy', 'top:V', '--users', String(users), '--pairs', '10'],
    ...['--llm-url', url, '--llm-model', 'm', '--answers', answers],
    ...['--set', 'dataset.synthetic={"users":200,"items":200}'],
  )

describe('a question is asked once', () => {
  it.each([2, 4])('by %d processes at a time', async (count) => {
    const server = await fakeOpenai({ latency: 20 })
    const answers = folderOf({})
    const ended = await Promise.all(
      Array.from({ length: count }, () => augment(server.url, answers).ended),
    )
    expect(ended.map(({ status }) => status)).toEqual(ended.map(() => 0))
    expect(new Set(ended.map(({ stdout }) => stdout)).size).toBe(1)
    expect(await server.stats()).toMatchObject({ requests: questions, repeated: 0 })
  })

  it.each([2, 4])('by %d processes, of which one after the other is killed', async (count) => {
    const server = await fakeOpenai({ latency: 20 })
    const answers = folderOf({})
    const kills = 6
    let running = Array.from({ length: count }, () => augment(server.url, answers))
    for (let k = 0; k < kills; k++) {
      // At moments from the start of a process to the midst of its questions.
      await new Promise((resolve) => setTimeout(resolve, 300 + 97 * k))
      running[0].process.kill('SIGKILL')
      running = [...running.slice(1), augment(server.url, answers)]
    }
    const ended = await Promise.all(running.map((one) => one.ended))
    expect(ended.map(({ status }) => status)).toEqual(ended.map(() => 0))
    expect(new Set(ended.map(({ stdout }) => stdout)).size).toBe(1)
    const { requests, repeated } = await server.stats()
    expect(requests - repeated).toBe(questions)
    expect(repeated).toBeLessThanOrEqual(inFlight * kills)
  })

  it('by 8 threads of one process', async () => {
    const server = await fakeOpenai({ latency: 20 })
    const workerData = { url: server.url, answers: folderOf({}), questions: 200 }
    const threads = Array.from(
      { length: 8 },
      () => new Worker(new URL('asking-thread.mjs', import.meta.url), { workerData }),
    )
    const texts = await Promise.all(
      threads.map((thread) => new Promise((resolve) => thread.once('message', resolve))),
    )
    expect(new Set(texts).size).toBe(1)
    expect(await server.stats()).toMatchObject({ requests: 200, repeated: 0 })
  })

  it('by the worker threads of a run, and by two runs', async () => {
    const server = await fakeOpenai({ latency: 20 })
    const folder = folderOf({})
    const run = (out: string) =>
      start(
        ...['run', 'prompt-design', '--workers', '2', '--seeds', '2', '--json', ...tinyFlags],
        ...['--llm-url', server.url, '--llm-model', 'm', '--answers', join(folder, 'answers')],
        ...['--set', 'augmentation.questionSeed=0'],
        ...['--out', join(folder, out), '--store', join(folder, `${out}-store`)],
      ).ended
    for (const { status, stderr } of await Promise.all([run('a'), run('b')]))
      expect([status, stderr]).toEqual([0, expect.stringContaining('results: ')])
    // Different questions, e.g. by the version of their wording, may be the same to the server.
    const store = openAnswerStore(join(folder, 'answers'))
    onTestFinished(() => store.close())
    expect(store.count()).toBeGreaterThan(100)
    expect((await server.stats()).requests).toBe(store.count())
  })
})
