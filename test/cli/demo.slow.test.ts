import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { understudy } from '../support/command.js'
import { sharedFolder } from '../support/files.js'

const folder = sharedFolder()

it('the demo shows whom to ask, the shelf, who is shown what, and what to do next', () => {
  const out = join(folder, 'launch')
  const { status, stdout } = understudy('demo', '--out', out, '--runs', join(folder, 'runs'))
  expect(status).toBe(0)
  const lines = stdout.split('\n')
  const own = lines.filter((line) => !line.includes(folder))
  expect(own.filter((line) => [...line].length > 80)).toEqual([])
  for (const name of ['nobody', 'random users', 'best feature', 'learned users', 'by chance'])
    expect(lines.filter((line) => line.startsWith(`  ${name} `))).toHaveLength(1)
  expect(stdout).toMatch(/^Learned users .*points \(95 %/m)
  expect(stdout).toMatch(/\(new\)$/m)
  expect(stdout).toContain('npx understudy launch')
  expect(existsSync(join(out, 'launch.html'))).toBe(true)
}, 600_000)
