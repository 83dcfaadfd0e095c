import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { understudy } from '../support/command.js'
import { disksIn, remount } from '../support/disk.js'
import { sharedFolder } from '../support/files.js'
import { expectOneLine } from '../support/one-line.js'
import { tinyFlags } from '../support/tiny.js'

const at = sharedFolder()
const disk = disksIn(at)
const args = ['policy-vs-baselines', ...tinyFlags, '--seeds', '1', '--workers', '1']

beforeAll(() => {
  const to = ['--out', join(at, 'run'), '--store', join(at, 'store')]
  expect(understudy('run', ...args, ...to).status).toBe(0)
})

it('a run on a full disk ends with a line, and goes on when there is more room', () => {
  const place = disk('growing', 64)
  if (place === undefined) return
  const to = ['--out', join(place, 'run'), '--store', join(place, 'store')]
  let full = 0
  for (let kib = 64; ; kib += 40) {
    remount(place, `size=${kib}k`)
    const outcome = understudy('run', ...args, ...to)
    if (outcome.status === 0) break
    expectOneLine(outcome)
    expect(outcome.stderr).toContain('the disk is full')
    const left = readdirSync(place, { recursive: true }).map(String)
    expect(left.filter((file) => /\.tmp$|\.lock/.test(file))).toEqual([])
    expect(understudy('runs', 'list', '--runs', place).stdout).not.toMatch(/damaged|running/)
    full++
  }
  expect(full).toBeGreaterThan(2)
  for (const name of ['results.json', 'seed-0.json'])
    expect(readFileSync(join(place, 'run', name), 'utf8')).toBe(
      readFileSync(join(at, 'run', name), 'utf8'),
    )
})

it('runs on a disk that can only be read are listed, shown and compared, and stay', () => {
  const place = disk('only-read', 2048)
  if (place === undefined) return
  for (const name of ['a', 'b']) cpSync(join(at, 'run'), join(place, name), { recursive: true })
  remount(place, 'ro')
  for (const args of [['list'], ['show', 'a'], ['compare', 'a', 'b']]) {
    const { status, stderr } = understudy('runs', ...args, '--runs', place)
    expect({ args, status, stderr }).toEqual({ args, status: 0, stderr: '' })
  }
  const outcome = understudy('runs', 'rm', 'a', '--yes', '--runs', place)
  expectOneLine(outcome)
  expect(outcome.stderr).toContain('its disk can only be read')
  expect(readdirSync(join(place, 'a'))).toContain('results.json')
})
