import { expect, it } from 'vitest'
import { start } from '../support/command.js'

it.each([['advise'], ['select', '--policy', 'learned', '--set', 'policy.iterations=100']])(
  '%s ends at once on Ctrl-C',
  async (...args) => {
    const { process: child, ended } = start(...args)
    setTimeout(() => child.kill('SIGINT'), 1500)
    const { stdout } = await ended
    expect([stdout, child.signalCode]).toEqual(['', 'SIGINT'])
  },
  20_000,
)
