import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { openAnswerStore } from '#src/llm/answer-store.js'
import { main, understudy } from '../support/command.js'
import { disksIn } from '../support/disk.js'
import { sharedFolder } from '../support/files.js'
import { expectOneLine } from '../support/one-line.js'
import { tinyFlags } from '../support/tiny.js'

const at = sharedFolder()
const disk = disksIn(at)

/** Places where nothing can be written: a path in each, where this machine has one. */
const places: Record<string, string | undefined> = {}

/** Commands that write, up to the place where they do. */
const commands: [string, string[]][] = [
  ['features', [...tinyFlags, '--out']],
  ['select', [...tinyFlags, '--policy', 'random', '--out']],
  ['augment', [...tinyFlags, '--policy', 'random', '--out']],
  ['answers', ['export', '--answers', join(at, 'answers'), '--out']],
  ['recommend', ['--model', join(at, 'launch'), '--out']],
  ['bench', ['--engines', 'wasm', '--figure']],
  ['train', [...tinyFlags, '--parquet', '--out']],
  [
    'run',
    ['policy-vs-baselines', ...tinyFlags, '--seeds', '1', '--store', join(at, 'store'), '--out'],
  ],
  [
    'run',
    ['policy-vs-baselines', ...tinyFlags, '--seeds', '2', '--out', join(at, 'run-2'), '--store'],
  ],
  ['report', [join(at, 'run'), '--out']],
  ['launch', [...tinyFlags, '--ask', 'never', '--out']],
  ['data', ['fetch', 'movielens-latest-small', '--data']],
]

beforeAll(async () => {
  const store = openAnswerStore(join(at, 'answers'))
  const request = { backend: 'b', model: 'm', messages: [], maxTokens: 1, parameters: {} }
  await store.put({ request: { ...request, promptVersion: '' }, text: '1' })
  await store.close()
  const made = [
    understudy('launch', ...tinyFlags, '--ask', 'never', '--out', join(at, 'launch')),
    understudy(
      'run',
      'policy-vs-baselines',
      ...tinyFlags,
      '--seeds',
      '1',
      '--out',
      join(at, 'run'),
      '--store',
      join(at, 'store'),
    ),
  ]
  expect(made.map(({ status, stderr }) => [status, stderr])).toEqual(
    made.map(() => [0, expect.anything()]),
  )
  writeFileSync(join(at, 'file'), 'mine')
  symlinkSync(join(at, 'loop'), join(at, 'loop'))
  const full = disk('full', 64)
  if (full) spawnSync('dd', ['if=/dev/zero', `of=${join(full, 'filler')}`])
  const small = disk('small', 16)
  const readOnly = disk('read-only', 64)
  if (readOnly) spawnSync('mount', ['-o', 'remount,ro', readOnly])
  Object.assign(places, {
    'a full disk': full && join(full, 'out'),
    'a disk that becomes full': small && join(small, 'out'),
    'a disk that can only be read': readOnly && join(readOnly, 'out'),
    'a file instead of a folder': join(at, 'file', 'out'),
    'links in a circle': join(at, 'loop', 'out'),
    'a name that is too long': join(at, 'x'.repeat(300)),
    'a system folder': process.platform === 'linux' ? '/proc/understudy/out' : undefined,
  })
})

const names = [
  'a full disk',
  'a disk that becomes full',
  'a disk that can only be read',
  'a file instead of a folder',
  'links in a circle',
  'a name that is too long',
  'a system folder',
]

describe.each(commands)('%s %j', (command, flags) => {
  it.each(names)('into %s ends with one line', (name) => {
    const place = places[name]
    if (place === undefined) return
    const outcome = understudy(command, ...flags, place)
    // What fits is written whole.
    if (name === 'a disk that becomes full' && outcome.status === 0) return
    expectOneLine(outcome)
    expect(outcome.stderr).toMatch(/understudy: .*(out|x{300}|loop|file|full|small|read-only|proc)/)
    if (place.startsWith(at)) {
      const left = readdirSync(at, { recursive: true }).map(String)
      expect(left.filter((file) => /\.tmp$|\.part$/.test(file))).toEqual([])
    }
  })
})

describe.each([25, 40, 64])('with %s open files at most', (most) => {
  it.each([
    ['features', ...tinyFlags],
    ['run', 'policy-vs-baselines', ...tinyFlags, '--seeds', '2', '--out', join(at, 'few')],
    ['report', join(at, 'run'), '--out', join(at, 'few')],
    ['launch', ...tinyFlags, '--ask', 'never', '--out', join(at, 'few')],
  ])('%s', (...args) => {
    const limited = ['-c', `ulimit -n ${most}; exec "$0" "$@"`, process.execPath, main, ...args]
    expectOneLine(spawnSync('bash', limited, { encoding: 'utf8' }))
  })
})

describe('a worker thread', () => {
  const inWorker = (body: string) =>
    `import { isMainThread } from 'node:worker_threads'\nimport fs from 'node:fs'\n` +
    `if (!isMainThread) process.nextTick(() => { ${body} })`
  it.each([
    [
      'out of memory',
      'for (const all = []; ;) all.push(new Array(1e5).fill({}))',
      1,
      /a worker thread ran out of memory; use fewer workers/,
    ],
    ['without a file', 'fs.readFileSync("/no/such")', 1, /\/no\/such: there is no such file/],
    [
      'with a fault',
      'throw new TypeError("in a worker")',
      70,
      /a fault of its own: TypeError: in a worker/,
    ],
    [
      'with a rejection',
      'void Promise.reject(new TypeError("in a worker"))',
      70,
      /a fault of its own: TypeError: in a worker/,
    ],
  ])('%s ends the command with one line', (name, body, status, message) => {
    const module = join(at, `${name.replaceAll(' ', '-')}.mjs`)
    writeFileSync(module, inWorker(body))
    const places = ['--out', join(at, name), '--store', join(at, `${name} store`)]
    const outcome = spawnSync(
      process.execPath,
      [
        main,
        '--import',
        module,
        'run',
        'policy-vs-baselines',
        ...tinyFlags,
        ...places,
        '--seeds',
        '2',
        '--workers',
        '1',
      ],
      { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '--max-old-space-size=200' } },
    )
    expect(outcome.stderr).toMatch(message)
    expect(outcome.stderr.match(/^understudy: /gm)).toHaveLength(1)
    expect(outcome.stderr).not.toMatch(/^ {4}at /m)
    expect(outcome.status).toBe(status)
  })
})

it('a device is written to, and stays', () => {
  const full = join(at, 'device')
  // The numbers of /dev/full.
  if (spawnSync('mknod', [full, 'c', '1', '7']).status !== 0) return
  const { status, stderr } = understudy('features', ...tinyFlags, '--out', full)
  expect(stderr).toMatch(/^understudy: .*device: the disk is full/m)
  expect(status).toBe(1)
  expect(statSync(full).isCharacterDevice()).toBe(true)
})

it('an earlier model stays whole where a new one does not fit', () => {
  const small = places['a disk that becomes full']
  if (small === undefined) return
  const out = join(small, '..', 'model')
  const train = (dim: number) =>
    understudy('train', ...tinyFlags, '--set', `model.dim=${dim}`, '--out', out)
  spawnSync('mount', ['-o', 'remount,size=128k', join(small, '..')])
  expect(train(2).status).toBe(0)
  const before = readdirSync(out).map((name) => readFileSync(join(out, name), 'latin1'))
  expectOneLine(train(64))
  expect(readdirSync(out).map((name) => readFileSync(join(out, name), 'latin1'))).toEqual(before)
})
