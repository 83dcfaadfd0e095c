import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { importAll } from '#src/execution/imports.js'
import { inlineExecutor } from '#src/execution/inline.js'
import { threadExecutor } from '#src/execution/threads.js'
import { ExecutionError, InterruptedError } from '#src/util/errors.js'
import { failing, faultyPreset } from '../support/faulty-preset.js'
import { conformance, run } from './executor.js'

describe('the inline executor', () =>
  conformance(async (imports) => {
    await importAll(imports)
    return inlineExecutor('wasm')
  }))

describe.each([1, 2, 8])('an executor with %d worker threads', (workers) =>
  conformance((imports) => Promise.resolve(threadExecutor('wasm', { workers, imports }))),
)

describe('the thread executor', () => {
  const faulty = faultyPreset()

  it('refuses to run without a worker', () => {
    expect(() => threadExecutor('wasm', { workers: 0 })).toThrow(
      'workers = 0; at least 1 is needed',
    )
  })

  it('says so when a thread ends before its seed does', async () => {
    const executor = threadExecutor('wasm', { workers: 2, imports: [faulty] })
    const { error } = await run(executor, 'faulty', [failing.exit, 7])
    expect(error).toBeInstanceOf(ExecutionError)
    expect((error as Error).message).toBe('a worker thread ended early with status 3')
  })

  it('lets a thread load its modules to the end before it ends it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'understudy-threads-'))
    const slow = join(folder, 'slow.mjs')
    const loaded = `import { threadId } from 'node:worker_threads'
      import { mkdirSync } from 'node:fs'
      await new Promise((resolve) => setTimeout(resolve, 500))
      mkdirSync(${JSON.stringify(join(folder, 'loaded-'))} + threadId)`
    writeFileSync(slow, loaded)
    const stop = new AbortController()
    const executor = threadExecutor('wasm', { workers: 2, imports: [slow] })
    const ended = run(executor, 'item-tower', [5, 0, 3], { signal: stop.signal })
    stop.abort()
    expect((await ended).error).toBeInstanceOf(InterruptedError)
    expect(readdirSync(folder).filter((name) => name.startsWith('loaded-'))).toHaveLength(2)
    rmSync(folder, { recursive: true })
  })

  it('makes an error of a thrown text', async () => {
    const executor = threadExecutor('wasm', { workers: 1, imports: [faulty] })
    const { error } = await run(executor, 'faulty', [failing.text])
    expect(error).toEqual(new Error('only a text'))
  })
})
