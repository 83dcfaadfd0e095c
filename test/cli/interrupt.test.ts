import { expect, it } from 'vitest'
import { start } from '../support/command.js'

const learning = ['select', '--policy', 'learned', '--set', 'policy.iterations=1000']

it.each([[['advise']], [learning]])(
  '%s ends at once on Ctrl-C',
  async (args) => {
    const { process: child, ended } = start(...args)
    setTimeout(() => child.kill('SIGINT'), 1500)
    const { stdout } = await ended
    expect([stdout, child.signalCode]).toEqual(['', 'SIGINT'])
  },
  60_000,
)

it('without a terminal a line says how far it is; Ctrl-C says what is kept and how to go on', async () => {
  const { process: child, ended } = start(...learning)
  let lines = 0
  child.stderr!.on('data', () => {
    // The second line comes ten seconds after the first one.
    if (++lines === 2) child.kill('SIGINT')
  })
  const { stdout, stderr } = await ended
  expect([stdout, child.signalCode]).toEqual(['', 'SIGINT'])
  const [first, second, ...rest] = stderr.trim().split('\n')
  for (const line of [first, second])
    expect(line).toMatch(
      /^learning: \d+\/30001 trainings, \d+ (s|min) so far, about [\d.]+ (s|min|h) left$/,
    )
  expect(rest).toEqual([
    'understudy: stopped: nothing is kept; to go on, repeat: understudy select --policy learned --set policy.iterations=1000',
  ])
})
