import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { filled } from '../../scripts/results/tables.mjs'

const script = fileURLToPath(new URL('../../scripts/results/run.mjs', import.meta.url))

it('docs/results.md and the tables in results/ are what the recorded runs give', () => {
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
})

it('a template that names what is not recorded is refused', () => {
  expect(filled('as it is {not} a {{ directive')).toBe('as it is {not} a {{ directive')
  expect(() => filled('{{nope x}}')).toThrow('unknown directive nope')
  expect(() => filled('{{mean policy-vs-baselines nowhere random cold:recall@50}}')).toThrow(
    /no such file/,
  )
})
