import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { start } from '../support/command.js'
import { folderOf } from '../support/files.js'
import { hasRealData, realData } from '../support/real-data.js'
import { hasRedis, startRedis } from '../support/redis.js'

const small = [
  ...['--dataset', 'amazon-2014/Beauty', '--data', realData, '--seeds', '2'],
  ...['--set', 'policy={"runs":1,"iterations":2}', '--set', 'model.epochs=1'],
]

it.skipIf(!hasRedis || !hasRealData)(
  'two workers learn policies on Amazon Beauty with the bytes of one core',
  async () => {
    const redis = await startRedis()
    onTestFinished(() => redis.end())
    const out = folderOf({})
    const run = (name: string, ...more: string[]) =>
      start(
        ...['run', 'who-to-ask', ...small, '--out', join(out, name), ...more],
        ...['--store', join(out, 'store')],
      ).ended
    const workers = [1, 2].map((k) =>
      start(
        ...['worker', '--queue', redis.url, '--data', realData, '--concurrency', '1'],
        ...['--runs', join(out, `worker-${k}`), '--json'],
      ),
    )
    const queue = await run('queue', '--queue', redis.url)
    for (const { process } of workers) process.kill('SIGTERM')
    const done = await Promise.all(
      workers.map(async ({ ended }) => {
        const { stdout } = await ended
        return (JSON.parse(stdout.trim().split('\n').at(-1)!) as { done: number }).done
      }),
    )
    expect(done[0] + done[1]).toBe(2)
    const inline = await run('inline', '--workers', '1')
    expect([queue.status, inline.status]).toEqual([0, 0])
    expect(queue.stdout).toBe(inline.stdout)
    const names = readdirSync(join(out, 'inline'))
    expect(names).toContain('results.json')
    for (const name of names)
      expect(readFileSync(join(out, 'queue', name))).toEqual(
        readFileSync(join(out, 'inline', name)),
      )
    expect(redis.cli('keys', '*').trim()).toBe('')
  },
)
