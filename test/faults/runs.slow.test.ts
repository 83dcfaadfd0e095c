import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { runExperiment } from '#src/execution/run-experiment.js'
import { type FinishedRun, readRun } from '#src/run/finished-run.js'
import { DataError } from '#src/util/errors.js'
import { stream } from '#src/util/random.js'
import { understudy } from '../support/command.js'
import { sharedFolder } from '../support/files.js'
import { copyOf, resultsOf, seedOf, smallRun } from '../support/runs.js'

const folder = sharedFolder()
const whole = join(folder, 'whole')
const options = smallRun(folder)
let made: FinishedRun

beforeAll(async () => {
  made = await runExperiment('policy-vs-baselines', { ...options, out: whole })
})

type Rng = ReturnType<typeof stream>

/** Ways of damaging a file, each at a random place. */
const damages: Record<string, (bytes: Buffer, rng: Rng) => Buffer> = {
  'a bit': (bytes, rng) => {
    bytes[rng.below(bytes.length)] ^= 1 << rng.below(8)
    return bytes
  },
  'a digit': (bytes, rng) => {
    const digits = [...bytes.keys()].filter((k) => bytes[k] >= 48 && bytes[k] <= 57)
    const at = digits[rng.below(digits.length)]
    bytes[at] = 48 + ((bytes[at] - 47) % 10)
    return bytes
  },
  'a page of zeros': (bytes, rng) => bytes.fill(0, rng.below(bytes.length)),
  'the end cut off': (bytes, rng) => bytes.subarray(0, rng.below(bytes.length)),
  'a part cut out': (bytes, rng) => {
    const at = rng.below(bytes.length)
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + rng.below(100))])
  },
  'a part twice': (bytes, rng) => {
    const at = rng.below(bytes.length)
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(rng.below(at + 1))])
  },
  'a line gone': (bytes, rng) => {
    const lines = bytes.toString().split(/(?<=[,\n])/)
    const full = [...lines.keys()].filter((k) => lines[k].trim() !== '')
    lines.splice(full[rng.below(full.length)], 1)
    return Buffer.from(lines.join(''))
  },
  'a value replaced': (bytes, rng) => {
    const values = ['null', '"<script>"', '-1', '1e999', '[]', '{}', 'true', '""']
    const numbers = [...bytes.toString().matchAll(/-?\d+(\.\d+)?(e-?\d+)?(?=[,\]}\s])/g)]
    const { index, 0: number } = numbers[rng.below(numbers.length)]
    const text = bytes.toString()
    const value = values[rng.below(values.length)]
    return Buffer.from(text.slice(0, index) + value + text.slice(index + number.length))
  },
}

it('300 damaged files of runs: refused in words, or read as they were', () => {
  const names = Object.keys(damages)
  let refused = 0
  for (let k = 0; k < 300; k++) {
    const rng = stream(k, 'damage')
    const run = copyOf(whole, join(folder, `damaged-${k}`))
    const file = [resultsOf, seedOf][rng.below(2)](run)
    const kind = names[k % names.length]
    writeFileSync(file, damages[kind](readFileSync(file), rng))
    try {
      const { result, users } = readRun(run)
      expect({ kind, result, users }).toEqual({ kind, result: made.result, users: made.users })
    } catch (error) {
      if (!(error instanceof DataError)) throw error
      expect(error.message).toMatch(/(results|seed-0)\.json: .*\S/)
      refused++
    }
  }
  expect(refused).toBeGreaterThan(250)
})

it('damaged seeds: the same command gives the same results again', async () => {
  const names = Object.keys(damages)
  for (const [k, kind] of names.entries()) {
    const rng = stream(k, 'seeds')
    const run = copyOf(whole, join(folder, `seeds-${k}`))
    writeFileSync(seedOf(run), damages[kind](readFileSync(seedOf(run)), rng))
    writeFileSync(resultsOf(run), '')
    const again = await runExperiment('policy-vs-baselines', { ...options, out: run })
    expect(again.result).toEqual(made.result)
    expect(readFileSync(seedOf(run), 'utf8')).toBe(readFileSync(seedOf(whole), 'utf8'))
  }
})

it('the command report says so in a line', () => {
  mkdirSync(join(folder, 'reports'))
  for (const [k, kind] of Object.keys(damages).entries()) {
    const run = copyOf(whole, join(folder, 'reports', `${k}`))
    writeFileSync(resultsOf(run), damages[kind](readFileSync(resultsOf(run)), stream(k, 'report')))
    const { status, stderr } = understudy('report', run, '--out', join(folder, 'out'))
    expect([kind, status]).toEqual([kind, 2])
    expect(stderr).toMatch(/^understudy: .*results\.json: .*\n$/)
  }
})
