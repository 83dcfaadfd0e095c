import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readConfig } from '#src/index.js'
import { stream } from '#src/util/random.js'

/** Paths of all settings that have a default. */
function paths(record: object, before = ''): string[] {
  return Object.entries(record).flatMap(([name, value]) => [
    before + name,
    ...(typeof value === 'object' && value !== null && !Array.isArray(value)
      ? paths(value as object, `${before}${name}.`)
      : []),
  ])
}

const values = [
  ...[
    null,
    '',
    'x',
    '1',
    [],
    {},
    [null],
    [1, 'x'],
    { a: 1 },
    true,
    false,
    '__proto__',
    '\u001b[2J',
  ],
  ...[0, -1, 1, 0.5, 2, 1e-300, 1e9, 1e308, 2 ** 31, 2 ** 53, -0.001, 3.7],
]

it('300 random settings are taken or refused in one line, in time', () => {
  const rng = stream(11, 'settings')
  const all = paths(readConfig({}))
  const tried = Array.from({ length: 300 }, () => [
    all[rng.below(all.length)],
    values[rng.below(values.length)],
  ])
  const script = join(import.meta.dirname, '../support/try-settings.mjs')
  for (let from = 0; from < tried.length; from += 50) {
    const some = tried.slice(from, from + 50)
    const { stdout, stderr, status } = spawnSync(process.execPath, [script], {
      input: JSON.stringify(some),
      encoding: 'utf8',
      timeout: 300_000,
    })
    expect(status, `stopped at ${stderr.trim().split('\n').at(-1)}`).toBe(0)
    const said = stdout.trim().split('\n')
    expect(said).toHaveLength(some.length)
    for (const [k, line] of said.entries()) {
      if (line === 'ok') continue
      const [kind, message, isKnown] = JSON.parse(line) as [string, string, boolean]
      expect(isKnown, `${JSON.stringify(some[k])}: ${kind}: ${message}`).toBe(true)
      expect(message).not.toContain('\n')
    }
  }
})
