import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { start } from '../support/command.js'
import { fakeOpenai } from '../support/fake-openai.js'
import { folderOf } from '../support/files.js'

/** SHA-256 of all files of a folder, by their path in it; but for the folder of answers, which the
 * page names. */
function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const file = join(parentPath, name)
      const text = readFileSync(file, 'latin1').replace(/\b(whole|killed)-answers\b/, 'answers')
      return [file.slice(folder.length + 1), createHash('sha256').update(text).digest('hex')]
    }),
  )
}

it('a launch that was killed ten times ends with the same bytes, and asks nothing twice but what was in flight', async () => {
  const server = await fakeOpenai({ latency: 12 })
  const folder = folderOf({})
  const args = (answers: string) => [
    'launch',
    ...['--out', join(folder, 'launch'), '--answers', join(folder, `${answers}-answers`)],
    ...['--llm-url', server.url, '--llm-model', 'm', '--ask', 'always'],
    ...['--ask-users', '20', '--audit', '60', '--rehearse', '0.7', '--policy', 'top:V'],
    ...['--set', 'dataset.synthetic={"users":800,"items":500}', '--set', 'model.epochs=3'],
    ...['--set', 'contentMap.rank=16', '--set', 'augmentation.pairsPerUser=5'],
  ]
  const whole = await start(...args('whole')).ended
  expect(whole.status).toBe(0)
  const expected = contents(join(folder, 'launch'))
  const once = (await server.stats()).requests
  // The audit and 100 questions, each in both orders.
  expect(once).toBeGreaterThan(200)
  const kills = 10
  for (let k = 0; k < kills; k++) {
    const child = start(...args('killed'))
    await new Promise((resolve) => setTimeout(resolve, 1200 + 250 * k))
    child.process.kill('SIGKILL')
    await child.ended
    // Nothing half-written: a whole launch, of this run or of the one before.
    expect(contents(join(folder, 'launch'))).toEqual(expected)
  }
  const last = await start(...args('killed')).ended
  expect({ status: last.status, stderr: last.stderr }).toMatchObject({ status: 0 })
  expect(contents(join(folder, 'launch'))).toEqual(expected)
  const { requests } = await server.stats()
  // At most 8 requests are in flight at a kill.
  expect(requests - 2 * once).toBeLessThanOrEqual(8 * kills)
  expect(last.stdout).toBe(whole.stdout)
})
