import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { open } from 'lmdb'
import { describe, expect, it } from 'vitest'
import { openAnswerStore } from '#src/llm/answer-store.js'
import type { ChatRequest } from '#src/llm/chat-request.js'
import { keyOf } from '#src/llm/chat-request.js'
import { repairAnswers } from '#src/llm/repair-answers.js'
import { stream } from '#src/util/random.js'
import { understudy } from '../support/command.js'
import { damages, makeStore, useStore } from '../support/damage.js'
import { folderOf, sharedFolder } from '../support/files.js'

const folder = sharedFolder()
const count = 200
const whole = makeStore(join(folder, 'whole'), count)

const request = (text: string): ChatRequest => ({
  backend: 'http://x/v1',
  model: 'm',
  messages: [{ role: 'user', content: text }],
  maxTokens: 1,
  parameters: { seed: 1 },
  promptVersion: 'p/1',
})

// test/faults/answer-store.slow.test.ts has 500.
it.each(Object.keys(damages))('a store with %s is refused, or gives the same answers', (kind) => {
  const file = damages[kind](Buffer.from(whole), stream(1, kind))
  const found = useStore(join(folder, kind.replaceAll(' ', '-')), file, count)
  if (found.outcome === 'refused')
    expect(found).toMatchObject({
      name: 'DataError',
      message: expect.stringMatching(/data\.mdb: .*`understudy answers repair`/) as string,
    })
})

/** What lies at the place of a store, and what is said of it. */
const places: [string, (place: string) => void, RegExp][] = [
  ['nothing', () => undefined, /there is no answer store in/],
  ['an empty folder', (place) => mkdirSync(place), /there is no answer store in/],
  ['a file', (place) => writeFileSync(place, 'x'), /is a file; an answer store is a folder/],
  [
    'an empty file of data',
    (place) => put(place, Buffer.alloc(0)),
    /data\.mdb: this is not an answer store, or it is damaged: it is cut off/,
  ],
  [
    'a file of another program',
    (place) => put(place, readFileSync(process.execPath).subarray(0, 10_000)),
    /data\.mdb: this is not an answer store, or it is damaged: it does not begin as one/,
  ],
  [
    'a folder of data',
    (place) => mkdirSync(join(place, 'data.mdb'), { recursive: true }),
    /data\.mdb: cannot be read/,
  ],
  [
    'a lock that is a folder',
    (place) => {
      put(place, whole)
      mkdirSync(join(place, 'lock.mdb'))
    },
    /lock\.mdb is not a file/,
  ],
]

function put(place: string, data: Buffer): void {
  mkdirSync(place)
  writeFileSync(join(place, 'data.mdb'), data)
}

it.each(places)('stats on %s is one line, and makes nothing', (_, make, said) => {
  const place = join(folderOf({}), 'store')
  make(place)
  const before = existsSync(place)
  const { status, stderr, stdout } = understudy('answers', 'stats', '--answers', place)
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toMatch(said)
  expect(stderr.trim()).not.toContain('\n')
  expect(existsSync(place)).toBe(before)
})

it('a store of another program on lmdb is refused', async () => {
  const place = join(folderOf({}), 'store')
  const other = open({ path: place, noSubdir: false })
  await other.openDB('things', {}).put('a', 1)
  await other.close()
  expect(() => openAnswerStore(place)).toThrow(/it is of another program/)
})

it.each(['answers-gpt-4.1', 'a.mdb', '.hidden', 'über 1.5 B'])(
  'a folder named %s is a folder',
  async (name) => {
    const place = join(folderOf({}), name)
    const store = openAnswerStore(place)
    await store.put({ request: request('a'), text: '1' })
    await store.close()
    expect(readdirSync(place).sort()).toEqual(['data.mdb', 'lock.mdb'])
    const again = openAnswerStore(place, { readOnly: true })
    expect(again.get(request('a'))?.text).toBe('1')
    await again.close()
  },
)

it('a folder is made by its first answer', async () => {
  const place = join(folderOf({}), 'answers')
  const store = openAnswerStore(place)
  expect([store.get(request('a')), store.count(), [...store.all()]]).toEqual([undefined, 0, []])
  expect(existsSync(place)).toBe(false)
  await store.put({ request: request('a'), text: '1' })
  expect(store.count()).toBe(1)
  await store.close()
})

it('a store is read where nothing can be written', () => {
  const place = join(folderOf({}), 'store')
  cpSync(join(folder, 'whole'), place, { recursive: true })
  for (const name of ['data.mdb', 'lock.mdb']) chmodSync(join(place, name), 0o444)
  chmodSync(place, 0o555)
  const before = readdirSync(place)
  const exported = understudy('answers', 'export', '--answers', place)
  expect(exported.status).toBe(0)
  expect(exported.stdout.trim().split('\n')).toHaveLength(count)
  expect(readdirSync(place)).toEqual(before)
  chmodSync(place, 0o755)
})

describe('a store of an earlier version, without checksums', () => {
  const old = async (record: object) => {
    const place = join(folderOf({}), 'store')
    const root = open({ path: place, noSubdir: false })
    const answers = root.openDB<object, string>('answers', {})
    const servers = root.openDB<object, string>('servers', {})
    await answers.put(keyOf(request('a')), record)
    const key = createHash('sha256')
      .update(JSON.stringify(['http://x/v1', 'm']))
      .digest('hex')
    await servers.put(key, { seconds: 2 })
    await root.close()
    return place
  }
  const answer = { request: request('a'), text: '2', firstToken: [['2', -0.5]] }

  it('is read, and repair gives its answers checksums', async () => {
    const place = await old(answer)
    const store = openAnswerStore(place)
    expect(store.get(request('a'))).toEqual(answer)
    expect(store.server('http://x/v1', 'm')).toEqual({ seconds: 2 })
    await store.close()
    expect(await repairAnswers(place, `${place}-2`)).toEqual({ copied: 1, damaged: 0 })
    expect(readFileSync(join(`${place}-2`, 'data.mdb'), 'latin1')).toMatch(/[0-9a-f]{8}\{"request"/)
    rmSync(`${place}-2`, { recursive: true })
  })

  it.each([
    ['an answer to another request', { ...answer, request: request('b') }],
    ['a log-probability that is no number', { ...answer, firstToken: [['2', null]] }],
    ['no text', { request: request('a') }],
  ])('is refused with %s', async (_, record) => {
    const store = openAnswerStore(await old(record))
    expect(() => store.get(request('a'))).toThrow(
      /the answer to request [0-9a-f]{16} is damaged; `understudy answers repair`/,
    )
    expect(() => [...store.all()]).toThrow(/is damaged/)
    await store.close()
  })
})

it('repair wants a store, and a new folder', async () => {
  const place = folderOf({})
  await expect(repairAnswers(join(place, 'a'), join(place, 'b'))).rejects.toThrow(
    /there is no answer store/,
  )
  await expect(repairAnswers(join(folder, 'whole'), join(folder, 'whole'))).rejects.toThrow(
    /has an answer store; name a new folder/,
  )
})
