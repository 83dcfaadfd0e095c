import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll } from 'vitest'

/** Seeds with which the preset `faulty` fails, each in another way; all others are fine. */
export const failing = { config: 1, data: 2, bug: 3, text: 4, exit: 6, memory: 10, kill: 11 }

/** Seed with which it gives a result of megabytes. */
export const large = 12

const code = `
import { ConfigError, DataError, presets } from 'understudy'
const size = { seeds: 1, settings: {} }
const faults = {
  ${failing.config}: () => { throw new ConfigError('no such thing', { cause: new Error('a reason') }) },
  ${failing.data}: () => { throw new DataError('a bad line', { file: 'a.csv', line: 7 }) },
  ${failing.bug}: () => undefined.length,
  ${failing.text}: () => { throw 'only a text' },
  ${failing.exit}: () => process.exit(3),
  ${failing.memory}: () => { for (const all = []; ; ) all.push(Array.from({ length: 1e5 }, Math.random)) },
  ${failing.kill}: () => process.kill(process.pid, 'SIGKILL'),
  ${large}: () => Object.fromEntries(Array.from({ length: 1e5 }, (_, k) => ['m' + k, k / 7])),
}
presets.add({
  name: 'faulty',
  title: 'Faults',
  question: 'Do errors reach the caller?',
  sizes: { smoke: size, full: size },
  comparisons: () => [],
  measurements: {
    steps: () => 1,
    async measure({ seed }) {
      return [{ name: 'seed', metrics: { seed, ...faults[seed]?.() } }]
    },
  },
})`

/** A module that adds the preset `faulty`, as users write one; gone after the last test. */
export function faultyPreset(): string {
  // Inside the package, so that its own name is found.
  const root = fileURLToPath(new URL('../../', import.meta.url))
  const folder = join(root, '.setup', `faulty-${process.pid}`)
  const file = join(folder, 'faulty.mjs')
  beforeAll(() => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(file, code)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return file
}
