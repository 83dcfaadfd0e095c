import { expect, it } from 'vitest'
import { understudy } from '../support/command.js'
import { shopFlags } from '../support/tiny.js'

it('advise turns the text judge down, and accepts one that is right where content is wrong', () => {
  const advise = (...more: string[]) => {
    const { status, stdout } = understudy(
      'advise',
      '--json',
      '--repetitions',
      '2',
      '--set',
      'dataset.synthetic={"users":1500,"items":800}',
      '--set',
      'policy.budget=60',
      '--set',
      'policy.rewardK=20',
      '--set',
      'evaluation.ks=[20]',
      ...more,
    )
    expect(status).toBe(0)
    return JSON.parse(stdout) as {
      ask: boolean
      verdict: string
      gains: unknown[]
      audit: { accuracy: { share: number } }
    }
  }
  const text = advise()
  expect(text.verdict).toMatch(/^do not ask: right only where the content model is right too/)
  expect(text.audit.accuracy.share).toBeGreaterThan(0.6)
  expect(text.gains).toHaveLength(30)
  const good = advise('--simulate-judge', '0.85')
  expect(good.verdict).toMatch(/^ask: .* users by top:/)
})

it('advise says the answer first, in 80 columns', () => {
  const { stdout } = understudy('advise', '--repetitions', '2', ...shopFlags)
  expect(stdout).toMatch(/^(Do not ask|Ask): .*\n/)
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
})
