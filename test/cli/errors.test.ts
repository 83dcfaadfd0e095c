import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { main, understudy } from '../support/command.js'
import { folderOf } from '../support/files.js'

const shell = (command: string) =>
  spawnSync('bash', ['-c', command], { encoding: 'utf8', env: { ...process.env, MAIN: main } })

const fault =
  /^understudy: a fault of its own: TypeError: later; please report it .*--debug shows\n/
/** A module that fails when nothing waits for it. */
const later = {
  'thrown.mjs': 'setTimeout(() => { throw new TypeError("later") }, 1)',
  'rejected.mjs': 'setTimeout(() => void Promise.reject(new TypeError("later")), 1)',
  'refused.mjs': 'import fs from "node:fs"; setTimeout(() => fs.readFileSync("/no/such"), 1)',
  'nothing.mjs': 'setTimeout(() => { throw undefined }, 1)',
  'bad.mjs': 'throw new TypeError("later")',
}

describe('an error that nothing expects', () => {
  it.each<[keyof typeof later, string[], number, RegExp]>([
    ['thrown.mjs', [], 70, new RegExp(`${fault.source}$`)],
    ['rejected.mjs', [], 70, new RegExp(`${fault.source}$`)],
    ['thrown.mjs', ['--debug'], 70, new RegExp(`${fault.source}TypeError: later\n {4}at `)],
    ['nothing.mjs', [], 70, /^understudy: a fault of its own: undefined; .*\n$/],
    ['refused.mjs', [], 1, /^understudy: \/no\/such: there is no such file or folder; .*\n$/],
    ['bad.mjs', [], 2, /^understudy: ".*bad\.mjs" cannot be imported: later\n$/],
    ['bad.mjs', ['--debug'], 2, /cannot be imported: later\n.*\n? {4}at /],
  ])('of %s with %j is one line', (name, flags, expected, message) => {
    const folder = folderOf(later)
    const { status, stderr } = understudy(
      ...['--import', join(folder, name), ...flags, 'features', '--out', join(folder, 'a.csv')],
    )
    expect(stderr.replace(/^synthetic: .*\n/gm, '')).toMatch(message)
    expect(status).toBe(expected)
    // The others fail when the command may be done.
    if (name === 'bad.mjs') expect(existsSync(join(folder, 'a.csv'))).toBe(false)
  })

  it('is shown with its stack by UNDERSTUDY_DEBUG=1 too', () => {
    const folder = folderOf(later)
    const { stderr } = shell(
      `UNDERSTUDY_DEBUG=1 node "$MAIN" --import '${folder}/thrown.mjs' data list`,
    )
    expect(stderr).toMatch(/^understudy: a fault of its own.*\nTypeError: later\n {4}at /)
  })
})

describe('standard output', () => {
  it.each([
    ['data list --json | true', 0],
    ['data list | head -c 1', 0],
    ['data list > /dev/full', 1],
    ['data list 2>&-', 0],
  ])('%s', (command, expected) => {
    const { status, stderr } = shell(`node "$MAIN" ${command}; exit \${PIPESTATUS[0]}`)
    const line = 'understudy: standard output: the disk is full; free some space'
    expect(stderr.slice(0, line.length)).toBe(expected === 0 ? '' : line)
    expect(stderr.split('\n')).toHaveLength(expected === 0 ? 1 : 2)
    expect(status).toBe(expected)
  })
})
