import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { stream } from '#src/util/random.js'
import { main, understudy } from '../support/command.js'
import { sharedFolder } from '../support/files.js'

const folder = sharedFolder()

it('a run that was killed at random moments ends with the bytes of an uninterrupted one', async () => {
  const args = (out: string, store: string) => [
    'run',
    'policy-vs-baselines',
    '--size',
    'smoke',
    '--seeds',
    '4',
    '--json',
    '--out',
    join(folder, out),
    '--store',
    join(folder, store),
  ]
  const began = performance.now()
  const whole = understudy(...args('whole', 'whole-store'))
  const took = Math.floor(performance.now() - began)
  expect(whole.status).toBe(0)
  const rng = stream(0, 'kills')
  for (let k = 0; k < 15; k++) {
    const child = spawn(process.execPath, [main, ...args('killed', 'killed-store')], {
      stdio: 'ignore',
    })
    const ended = new Promise((resolve) => child.on('close', resolve))
    await new Promise((resolve) => setTimeout(resolve, rng.below(took)))
    child.kill('SIGKILL')
    await ended
    expect(understudy('runs', 'list', '--runs', folder).stdout).not.toMatch(/damaged|running/)
  }
  expect(understudy(...args('killed', 'killed-store')).stdout).toBe(whole.stdout)
  expect(readFileSync(join(folder, 'killed', 'results.json'), 'utf8')).toBe(
    readFileSync(join(folder, 'whole', 'results.json'), 'utf8'),
  )
  // Two policies a seed are kept, and so their iterations are not.
  const values = (kind: string) =>
    readdirSync(join(folder, 'killed-store', kind), { recursive: true }).filter((name) =>
      String(name).endsWith('.json'),
    )
  expect([values('iterations').length, values('policies').length]).toEqual([0, 8])
})
