import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { runExperiment } from '#src/execution/run-experiment.js'
import { compareRuns } from '#src/run/compare-runs.js'
import type { RunResult } from '#src/run/result.js'
import { lockRun } from '#src/run/run-lock.js'
import { pairedT } from '#src/util/statistics.js'
import { understudy } from '../support/command.js'
import { sharedFolder } from '../support/files.js'
import { copyOf, edit, resultsOf, seedOf } from '../support/runs.js'
import { tiny, tinyFlags } from '../support/tiny.js'

const folder = sharedFolder()
const runs = join(folder, 'runs')
const at = (name: string) => join(runs, name)
const seeds = [0, 1, 2, 3, 4]
let a: RunResult
let b: RunResult

/** Runs the command on the folder of runs. */
function command(name: string, ...args: string[]) {
  return understudy('runs', name, ...args, '--runs', runs)
}

beforeAll(async () => {
  const make = async (out: string, budget: number, own: number[]) => {
    const settings = { ...tiny, policy: { ...tiny.policy, budget } }
    const options = { settings, runs, out: at(out), dataRoot: folder, workers: 1, seeds: own }
    return (await runExperiment('policy-vs-baselines', options)).result
  }
  a = await make('a', 10, seeds)
  b = await make('b', 20, [...seeds, 5])
  mkdirSync(at('answers'))
  writeFileSync(join(at('answers'), 'data.mdb'), 'paid for')
})

describe('runs list', () => {
  it('shows whole, unfinished, damaged and running runs, in 80 columns, the newest first', () => {
    copyOf(at('a'), at('unfinished'))
    for (const file of ['results.json', 'seed-3.json', 'seed-4.json'])
      rmSync(join(at('unfinished'), file))
    copyOf(at('a'), at('damaged'))
    edit(seedOf(at('damaged'), 2), (document) => (document.rows[0].validation = 0.99))
    const release = lockRun(copyOf(at('a'), at('busy')))
    mkdirSync(at('no-run'))
    // As after a clock that was set back: what was written last lies ahead.
    const ahead = new Date(Date.now() + 3_600_000)
    utimesSync(resultsOf(at('b')), ahead, ahead)
    const { status, stdout, stderr } = command('list')
    release()
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const lines = stdout.split('\n')
    expect(lines.filter((line) => line.length > 80)).toEqual([])
    expect(lines[0]).toMatch(/^seeds +size +age +run$/)
    expect(lines[1]).toMatch(/^6\/6 +[\d.]+ kB +just now +b$/)
    expect(stdout).toMatch(/^3\/5 .* unfinished\n +synthetic: unfinished$/m)
    expect(stdout).toMatch(/damaged\n +damaged: seed-2\.json: its\s+checksum does not match/)
    expect(stdout).toMatch(new RegExp(`busy\n +synthetic: running, process ${process.pid} on`))
    expect(stdout).not.toContain('no-run')
    expect(stdout).toMatch(/^finished trainings: [\d.]+ kB, \d\d+ files in .*store$/m)
    expect(stdout).toMatch(/^stored answers: 8 B, 1 file in .*answers$/m)
    const { runs: listed } = JSON.parse(command('list', '--json').stdout) as {
      runs: { name: string; state: string; seeds: { finished: number[]; wanted: number[] } }[]
    }
    expect(Object.fromEntries(listed.map((run) => [run.name, run.state]))).toEqual({
      a: 'finished',
      b: 'finished',
      busy: 'finished',
      damaged: 'damaged',
      unfinished: 'unfinished',
    })
    expect(listed.find(({ name }) => name === 'unfinished')!.seeds).toEqual({
      finished: [0, 1, 2],
      wanted: seeds,
    })
  })

  it('says so where there are none', () => {
    const { stdout } = understudy('runs', 'list', '--runs', join(folder, 'nothing'))
    expect(stdout).toMatch(/^no runs yet\n/)
  })
})

describe('runs show', () => {
  it('has the settings, the command and the answer that run printed', () => {
    const { stdout } = command('show', 'a')
    expect(stdout).toMatch(/^a: finished, 5 of 5 seeds, [\d.]+ kB, age: /)
    expect(stdout).toMatch(/^policy\.budget +10 +300$/m)
    expect(stdout).not.toMatch(/^split\./m)
    const made = understudy(
      ...['run', 'policy-vs-baselines', '--seeds', '5'],
      ...tinyFlags,
      ...['--out', at('a'), '--store', at('store')],
    )
    expect(made.status).toBe(0)
    expect(stdout.endsWith(made.stdout)).toBe(true)
    expect(command('show', at('a')).stdout.replace(/age: .*/, '')).toBe(
      stdout.replace(/age: .*/, ''),
    )
  })

  it.each(['no-such', 'store', '..'])('%s is no run', (name) => {
    const { status, stderr } = command('show', name)
    expect([status, stderr]).toEqual([
      2,
      `understudy: ${name} is no run in ${runs}; \`understudy runs list\` shows them\n`,
    ])
  })
})

describe('runs compare', () => {
  it('has the paired test of each arm over the seeds of both', () => {
    const { comparable, notes, seeds: both, differences, arms, only } = compareRuns(a, b)
    expect({ comparable, notes, both, differences, only }).toEqual({
      comparable: true,
      notes: [],
      both: seeds,
      differences: [{ path: 'policy.budget', values: [10, 20] }],
      only: [[], []],
    })
    for (const name of ['random', 'learned', 'content-map'])
      for (const metric of ['cold:recall@10', 'warm:mrr']) {
        const of = (run: RunResult) =>
          seeds.map(
            (seed) =>
              run.trials.find((row) => row.seed === seed && row.policy === name)!.metrics[metric],
          )
        const arm = arms.find((one) => one.policy === name && one.metric === metric)!
        expect(arm.paired).toMatchObject(pairedT(of(b), of(a)))
        const [x, y] = arm.values
        expect(y.mean - x.mean).toBeCloseTo(arm.paired!.difference, 12)
      }
  })

  it('is nothing between a run and itself, and the other way round with the other sign', () => {
    const same = compareRuns(a, a)
    expect(same.differences).toEqual([])
    for (const { paired } of same.arms) expect(paired?.difference ?? 0).toBe(0)
    const there = compareRuns(a, b).arms
    compareRuns(b, a).arms.forEach((arm, k) => {
      expect(arm.paired?.difference).toBeCloseTo(-there[k].paired!.difference, 12)
      expect(arm.values).toEqual(there[k].values.toReversed())
    })
  })

  it.each<[string, (run: RunResult) => void, boolean, RegExp]>([
    ['data', (run) => (run.provenance.dataFingerprint = 'x'), false, /^the data differ/],
    ['split', (run) => (run.config.split.quantile = 0.5), false, /^other items are new/],
    ['version', (run) => (run.provenance.understudy = '9'), true, /^the versions differ/],
    ['engine', (run) => (run.provenance.engine = 'onnx 1'), true, /^the engines differ/],
    ['seeds', (run) => (run.seeds = [7]), true, /^fewer than two seeds are in both/],
  ])('says that the %s differ', (_, change, comparable, note) => {
    const other = structuredClone(b)
    change(other)
    const found = compareRuns(a, other)
    expect([found.comparable, found.notes]).toEqual([comparable, [expect.stringMatching(note)]])
    const pairing = comparable && other.seeds.length > 1
    expect(found.arms.some(({ paired }) => paired !== undefined)).toBe(pairing)
    expect(found.arms.length).toBeGreaterThan(0)
  })

  it('fits into 80 columns, and refuses a damaged run', () => {
    const { status, stdout } = command('compare', 'a', 'b')
    expect(status).toBe(0)
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
    expect(stdout).toMatch(/^Comparable: same data, split and shelf; 5 seeds in both\.$/m)
    expect(stdout).toMatch(/^policy\.budget +10 +20$/m)
    expect(stdout).toMatch(
      /^random users +[\d.]+ ±[\d.]+ +[\d.]+ ±[\d.]+ +[+-][\d.]+ \([+-].* to /m,
    )
    expect(command('compare', 'a', 'b', '--all').stdout).toMatch(/^warm mrr, %/m)
    expect(command('compare', 'a', 'damaged')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/damaged: is damaged: .*seed-2\.json: its checksum/) as string,
    })
  })
})
