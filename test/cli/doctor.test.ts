import { expect, it } from 'vitest'
import { understudy } from '../support/command.js'

it('doctor says that all is well, or what is not', () => {
  const { checks } = JSON.parse(understudy('doctor', '--json').stdout) as {
    checks: { name: string; ok: boolean }[]
  }
  expect(checks.filter(({ ok }) => !ok)).toEqual([])
  const { status, stdout } = understudy(
    'doctor',
    '--llm-url',
    'http://127.0.0.1:9/v1',
    '--llm-model',
    'm',
    '--set',
    'llm.maxRetries=0',
  )
  expect(stdout).toMatch(/FAIL {2}chat model .*127\.0\.0\.1:9/)
  expect(status).toBe(1)
})
