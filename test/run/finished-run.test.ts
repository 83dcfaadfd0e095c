import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { runExperiment } from '#src/execution/run-experiment.js'
import { findRun, readRun } from '#src/run/finished-run.js'
import { understudy } from '../support/command.js'
import { sharedFolder } from '../support/files.js'
import { copyOf, edit, type Json, resultsOf, seedOf, smallRun } from '../support/runs.js'

const folder = sharedFolder()
const whole = join(folder, 'whole')
const options = smallRun(folder)
let made: Awaited<ReturnType<typeof runExperiment>>
let copies = 0
const copy = () => copyOf(whole, join(folder, `copy-${copies++}`))

beforeAll(async () => {
  made = await runExperiment('policy-vs-baselines', { ...options, out: whole })
})

const hostile = '<img src=x onerror=alert(1)>'

describe('a results.json is refused with its file and field', () => {
  it.each<[string, (document: Json) => void, RegExp]>([
    [
      'text in effectSize',
      (d) => (d.comparisons[0].effectSize = hostile),
      /comparisons\.0\.effectSize = "<img/,
    ],
    ['text in p', (d) => (d.comparisons[0].p = '0.01'), /comparisons\.0\.p = "0\.01"/],
    [
      'text in a metric',
      (d) => (d.trials[1].metrics['cold:recall@10'] = '.99'),
      /trials\.1\.metrics\.cold:recall@10/,
    ],
    ['text in a size', (d) => (d.data.users = hostile), /data\.users/],
    ['text in chance', (d) => (d.data.chance['recall@10'] = hostile), /data\.chance\.recall@10/],
    [
      'text in a weight',
      (d) => (d.trials.find((t: Json) => t.learned).learned.runs[0].weights[0] = hostile),
      /weights\.0/,
    ],
    [
      'a cut-off that is none',
      (d) => (d.config.evaluation.ks = [hostile]),
      /config\.evaluation\.ks\.0/,
    ],
    ['a list for a record', (d) => (d.data = []), /field data = \[\]/],
    ['no trials', (d) => (d.trials = []), /field trials/],
    ['a field that is missing', (d) => delete d.provenance.engine, /provenance\.engine/],
    ['a field that is not known', (d) => (d.html = hostile), /html/],
    ['a number for a text', (d) => (d.judge = 1), /field judge = 1/],
  ])('%s, even with the right checksum', (_, change, message) => {
    for (const forged of [false, true]) {
      const run = copy()
      edit(resultsOf(run), change, forged)
      expect(() => readRun(run)).toThrow(message)
      expect(() => readRun(run)).toThrow(/results\.json: .*repeat the command that made it/)
    }
  })

  it.each<[string, (text: string) => string, RegExp]>([
    [
      'another number',
      (text) => text.replace(/(mean|difference)": -?0\.\d/, '$1": 0.9'),
      /checksum/,
    ],
    [
      'no checksum',
      (text) => text.replace(/,\s*"sha256": "\w+"/, ''),
      /has no checksum, so an older/,
    ],
    ['half of it', (text) => text.slice(0, text.length / 2), /not a readable JSON file/],
    ['nothing', () => '', /not a readable JSON file/],
    ['null', () => 'null', /expected a JSON object/],
    ['a list', () => '[]', /expected a JSON object/],
  ])('%s', (_, change, message) => {
    const run = copy()
    const text = readFileSync(resultsOf(run), 'utf8')
    expect(change(text)).not.toBe(text)
    writeFileSync(resultsOf(run), change(text))
    expect(() => readRun(run)).toThrow(message)
  })
})

describe('a seed file', () => {
  it.each<[string, (run: string) => void, RegExp]>([
    [
      'with an edited recall',
      (run) => edit(seedOf(run), (d) => (d.rows[0].metrics['cold:recall@10'] = 0.99)),
      /seed-0\.json: its checksum/,
    ],
    [
      'with a text for a number',
      (run) => edit(seedOf(run), (d) => (d.rows[0].validation = hostile), true),
      /rows\.0\.validation/,
    ],
    [
      'without a checksum',
      (run) => edit(seedOf(run), (d) => delete d.sha256),
      /seed-0\.json: has no checksum/,
    ],
    ['that is missing beside others', (run) => rmSync(seedOf(run)), /seed-0\.json/],
  ])('%s is refused, and computed again by the same command', async (_, damage, message) => {
    const run = copy()
    damage(run)
    expect(() => readRun(run)).toThrow(message)
    const notices: string[] = []
    const onNotice = (line: string) => notices.push(line)
    const again = await runExperiment('policy-vs-baselines', { ...options, onNotice, out: run })
    expect(again.result).toEqual(made.result)
    const said = existsSync(seedOf(run)) && /is missing/.test(_) ? [] : [/it is made again$/]
    expect(notices).toEqual(said.map((line) => expect.stringMatching(line)))
    for (const file of [resultsOf, seedOf])
      expect(readFileSync(file(run), 'utf8')).toBe(readFileSync(file(whole), 'utf8'))
  })

  it('of another run is refused by all', async () => {
    const run = copy()
    edit(seedOf(run), (d) => (d.key = 'other'), true)
    const before = readFileSync(seedOf(run), 'utf8')
    expect(() => readRun(run)).toThrow(/seed-0\.json: is of another run/)
    await expect(runExperiment('policy-vs-baselines', { ...options, out: run })).rejects.toThrow(
      /has finished seeds \(0\) of another run: it does not say of which/,
    )
    expect(readFileSync(seedOf(run), 'utf8')).toBe(before)
  })

  it('is not needed: results can be carried alone', () => {
    const run = copy()
    for (const seed of [0, 1]) rmSync(seedOf(run, seed))
    expect(readRun(run)).toMatchObject({ result: made.result, users: new Map() })
  })
})

describe('one broken run among others', () => {
  const runs = join(folder, 'runs')
  beforeAll(() => {
    mkdirSync(runs)
    for (const name of ['a', 'b', 'c']) cpSync(whole, join(runs, name), { recursive: true })
    writeFileSync(resultsOf(join(runs, 'a')), '{')
    edit(seedOf(join(runs, 'b')), (document) => (document.rows[0].validation = 0.99))
  })

  it('is named and left out by reuse', async () => {
    const notices: string[] = []
    const onNotice = (line: string) => notices.push(line)
    const { config } = made.result
    expect(findRun(runs, 'policy-vs-baselines', config, [0, 1], 'wasm', onNotice)?.name).toBe('c')
    const reuse = { ...options, runs, reuse: true, onNotice }
    expect((await runExperiment('policy-vs-baselines', reuse)).name).toBe('c')
    expect(notices).toHaveLength(2)
    expect(notices[1]).toMatch(/^left out 2 of 3: .*a.results\.json: not.* .*b.seed-0\.json: its/)
    writeFileSync(resultsOf(join(runs, 'c')), '')
    expect(findRun(runs, 'policy-vs-baselines', config)).toBeUndefined()
    cpSync(whole, join(runs, 'c'), { recursive: true })
  })

  it('is named and left out by report, which says so on the page and by its exit status', () => {
    const out = join(folder, 'report')
    const audit = join(folder, 'audit.json')
    writeFileSync(audit, '{"verdict":"x","accuracy":{}}')
    const places = ['a', 'b', 'c'].map((name) => join(runs, name))
    const { status, stderr, stdout } = understudy(
      'report',
      ...places,
      '--audit',
      audit,
      '--out',
      out,
    )
    expect(status).toBe(1)
    expect(stderr).toMatch(
      /^left out 3 of 4: .*a.results\.json.*b.seed-0\.json.*audit\.json: is no audit \(field judge/m,
    )
    expect(stdout).toContain('report.html')
    for (const page of ['report.html', 'report.md'])
      expect(readFileSync(join(out, page), 'utf8')).toMatch(/left out 3 of 4/)
  })

  it('stops a report that has no other', () => {
    const out = join(folder, 'none')
    const { status, stderr } = understudy('report', join(runs, 'a'), '--out', out)
    expect(status).toBe(2)
    expect(stderr).toMatch(/^understudy: .*a.results\.json: not a readable JSON file.*\n$/)
    expect(existsSync(join(out, 'report.html'))).toBe(false)
  })
})
