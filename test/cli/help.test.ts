import { beforeAll, describe, expect, it } from 'vitest'
import { helpOfAll } from '../../scripts/docs/commands.mjs'
import { understudy } from '../support/command.js'

const names = (flags: string) => [...flags.matchAll(/(?<=^  (?:-h, )?)--[\w-]+/gm)].map(String)

describe('the help of every command', () => {
  let first: { path: string; help: string }[]
  let all: { path: string; help: string }[]
  beforeAll(async () => {
    first = await helpOfAll(false)
    all = await helpOfAll(true)
  })

  it('fits on a screen, and with all flags into its width', () => {
    const lines = (text: string) => text.trimEnd().split('\n')
    const tooLong = first.filter(({ help }) => lines(help).length > 40)
    const tooWide = [...first, ...all].flatMap(({ help }) =>
      lines(help).filter((line) => line.length > 80),
    )
    expect([first.length, tooLong, tooWide]).toEqual([32, [], []])
  })

  it('says what the command does, and has examples', () => {
    for (const { path, help } of first) {
      expect(help).toMatch(/^Usage: understudy.*\n\n\w.*\n/)
      const holdsOthers = /^(Commands|Tools):$/m.test(help)
      if (!holdsOthers) expect(help).toContain(`\n  ${path}`)
    }
  })

  it('has its own flags first, and all that are left out with --all', () => {
    first.forEach(({ path, help }, k) => {
      const flags = names(help)
      const own = all[k].help.slice(0, all[k].help.indexOf('--help'))
      expect([...names(own), '--help']).toEqual(flags)
      const more = names(all[k].help).length - flags.length
      const global = path === 'understudy' ? 0 : 3
      expect(help.includes('\nMore flags')).toBe(more > global)
    })
  })

  it('names the headings under which --all has more', () => {
    const help = (texts: typeof first) => texts.find(({ path }) => path === 'understudy run')!.help
    const said = /More flags, with --help --all: ([^.]+)\./.exec(help(first))?.[1]
    const headings = [...help(all).matchAll(/^([A-Z][\w ]+):$/gm)].map(([, heading]) => heading)
    expect(['arguments', 'options', ...said!.split(/,\s/), 'global options', 'examples']).toEqual(
      headings.map((heading) => heading.toLowerCase()),
    )
  })
})

it.each(['run --help', 'data list --help --all', 'help run'])('%s exits with 0', (command) => {
  const { status, stdout, stderr } = understudy(...command.split(' '))
  expect([status, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/^Usage: /)
})

it.each([
  ['lanch', "unknown command 'lanch' (did you mean launch?); see understudy --help"],
  ['lanch --help', "unknown command 'lanch' (did you mean launch?); see understudy --help"],
  ['help lanch', "unknown command 'lanch' (did you mean launch?); see understudy --help"],
  ['data lits -h', "unknown command 'lits' (did you mean list?); see understudy data --help"],
  ['zzzzzz --help', "unknown command 'zzzzzz'; see understudy --help"],
  // A flag that the first help does not show.
  [
    'launch --itms a',
    "unknown option '--itms' (did you mean --items?); see understudy launch --help",
  ],
  ['run', "missing required argument 'preset|config.json'; see understudy run --help"],
])('%s ends with one line and exit code 2', (command, message) => {
  const { status, stdout, stderr } = understudy(...command.split(' '))
  expect({ status, stdout, stderr }).toEqual({
    status: 2,
    stdout: '',
    stderr: `understudy: ${message}\n`,
  })
})
