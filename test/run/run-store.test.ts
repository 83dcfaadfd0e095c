import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { runExperiment } from '#src/execution/run-experiment.js'
import { lockRun } from '#src/run/run-lock.js'
import { ConfigError, InputError } from '#src/util/errors.js'
import { understudy } from '../support/command.js'
import { sharedFolder, textOf } from '../support/files.js'
import { copyOf, edit, resultsOf, seedOf, smallRun } from '../support/runs.js'
import { tiny, tinyFlags } from '../support/tiny.js'

const folder = sharedFolder()
const whole = join(folder, 'whole')
const options = smallRun(folder)
let copies = 0
const copy = () => copyOf(whole, join(folder, `copy-${copies++}`))
const run = (out: string, more: object = {}) =>
  runExperiment('policy-vs-baselines', { ...options, out, ...more })

beforeAll(async () => {
  await run(whole)
})

describe('the folder of a run refuses another one, with the difference, and stays as it is', () => {
  const other = (settings: object) => ({ settings: { ...tiny, ...settings } })
  it.each<[string, object, RegExp]>([
    [
      'other settings',
      other({ policy: { ...tiny.policy, budget: 12 }, split: { quantile: 0.75 } }),
      /: split\.quantile is 0\.7 there and 0\.75 here; policy\.budget is 10 there and 12 here; name/,
    ],
    [
      'other data',
      other({ dataset: { synthetic: { users: 210, items: 200 } } }),
      /: fingerprint of the data is "\w{64}" there and "\w{64}" here; dataset\.synthetic\.users is 200/,
    ],
    [
      'a setting that was not set',
      other({ policy: { ...tiny.policy, learningRate: 0.5 } }),
      /: policy\.learningRate is not set there and 0\.5 here; name another folder \(--out\), or remove/,
    ],
  ])('%s', async (_, more, message) => {
    const out = copy()
    const before = textOf(out)
    const error: unknown = await run(out, more).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(ConfigError)
    expect((error as Error).message).toMatch(message)
    expect((error as Error).message).toContain('has finished seeds (0, 1) of another run: ')
    expect(textOf(out)).toBe(before)
  })

  it.each(['understudy', 'engine', 'preset'])('another %s', async (field) => {
    const out = copy()
    edit(join(out, 'run.json'), (document) => (document.provenance[field] = 'old'), true)
    for (const seed of [0, 1]) edit(seedOf(out, seed), (document) => (document.key = 'old'), true)
    const name = field === 'understudy' ? 'version' : field
    await expect(run(out)).rejects.toThrow(`another run: ${name} is "old" there and "`)
  })

  it('and results without seeds', async () => {
    const out = copy()
    for (const seed of [0, 1]) rmSync(seedOf(out, seed))
    rmSync(join(out, 'run.json'))
    const more = other({ policy: { ...tiny.policy, budget: 12 } })
    await expect(run(out, more)).rejects.toThrow(
      'has results of another run: policy.budget is 10 there and 12 here',
    )
    rmSync(resultsOf(out))
    expect((await run(out, more)).result.config.policy.budget).toBe(12)
  })
})

it('more seeds are no other run: those that are there are not computed again', async () => {
  const out = copy()
  const before = readFileSync(seedOf(out), 'utf8')
  const started: number[] = []
  const progress = (_: string, __: string, plan?: number | { tasks?: number }) => {
    started.push((plan as { tasks: number }).tasks)
    const nothing = () => undefined
    return { set: nothing, step: nothing, say: nothing, stop: nothing }
  }
  const { result } = await run(out, { seeds: [0, 1, 2], progress })
  expect([result.seeds, started]).toEqual([[0, 1, 2], [1]])
  expect(readFileSync(seedOf(out), 'utf8')).toBe(before)
})

it('a damaged file is named, once, and made again', async () => {
  const out = copy()
  writeFileSync(join(out, 'run.json'), '{')
  writeFileSync(resultsOf(out), '')
  writeFileSync(seedOf(out, 1), readFileSync(seedOf(out, 1), 'utf8').slice(0, -9))
  const notices: string[] = []
  await run(out, { onNotice: (line: string) => notices.push(line) })
  expect(notices).toEqual(
    [/run\.json: not a readable.*; it is made again/, /results\.json: not a/, /seed-1\.json: /].map(
      (line) => expect.stringMatching(line),
    ),
  )
  expect(textOf(out)).toBe(textOf(whole))
})

describe('two processes', () => {
  const args = (out: string) => [
    ...['run', 'policy-vs-baselines', ...tinyFlags, '--seeds', '2', '--workers', '1'],
    ...['--out', out, '--store', options.store],
  ]

  it('the second on a folder is told who has it', () => {
    const out = copy()
    const release = lockRun(out)
    const { status, stdout, stderr } = understudy(...args(out))
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(
      new RegExp(
        `^understudy: \\S+ is in use by process ${process.pid} on host \\S+, since ` +
          '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d UTC; wait until that has ended, or name another folder\\n$',
      ),
    )
    release()
    expect(understudy(...args(out)).status).toBe(0)
    expect(readdirSync(out).sort()).toEqual(readdirSync(whole).sort())
  })

  it('the second call in one process is refused too', async () => {
    const out = join(folder, 'twice')
    const [first, second] = await Promise.allSettled([run(out), run(out)])
    expect([first.status, second.status].sort()).toEqual(['fulfilled', 'rejected'])
    const { reason } = [first, second].find(({ status }) => status === 'rejected') as {
      reason: unknown
    }
    expect(reason).toBeInstanceOf(InputError)
    expect(textOf(out)).toBe(textOf(whole))
  })
})
