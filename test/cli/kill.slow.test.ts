import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { main, understudy } from '../support/command.js'
import { sharedFolder } from '../support/files.js'

const folder = sharedFolder()

it('a run that was killed ten times ends with the bytes of an uninterrupted one', async () => {
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
  const whole = understudy(...args('whole', 'whole-store'))
  expect(whole.status).toBe(0)
  for (let k = 0; k < 10; k++) {
    const child = spawn(process.execPath, [main, ...args('killed', 'killed-store')], {
      stdio: 'ignore',
    })
    const ended = new Promise((resolve) => child.on('close', resolve))
    // From before anything is trained to the midst of it.
    await new Promise((resolve) => setTimeout(resolve, 150 + 97 * k))
    child.kill('SIGKILL')
    await ended
  }
  expect(understudy(...args('killed', 'killed-store')).stdout).toBe(whole.stdout)
  expect(readFileSync(join(folder, 'killed', 'results.json'), 'utf8')).toBe(
    readFileSync(join(folder, 'whole', 'results.json'), 'utf8'),
  )
})
