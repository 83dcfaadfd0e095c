import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig } from '#src/experiment/config.js'
import { keepVerdict } from '#src/judge/last-verdict.js'
import type { JudgeReport } from '#src/judge/judge-report.js'
import { understudy } from '../support/command.js'
import { folderOf } from '../support/files.js'
import { tinyFlags } from '../support/tiny.js'

/** Nobody listens here. */
const url = 'http://127.0.0.1:9/v1'

/** Every command that asks a judge, and the same one as it asks nobody. */
const commands: [string, string[], string[]?][] = [
  ['select', ['--policy', 'learned'], ['--policy', 'top:V']],
  ['augment', ['--policy', 'top:V']],
  ['advise', [], ['--simulate-judge', '0.9', '--repetitions', '2']],
  ['run', ['judge-audit', '--seeds', '1']],
  ['launch', []],
]

const flags = (folder: string) => [
  ...['--llm-url', url, '--llm-model', 'm', '--answers', join(folder, 'answers'), ...tinyFlags],
  ...['--set', 'llm.maxRetries=0'],
]

describe('the gate of commands that ask', () => {
  const folderWith = (text?: string) => {
    const folder = folderOf({})
    const answers = join(folder, 'answers')
    const verdict = 'adds nothing to content'
    const { llm } = readConfig({ llm: { url, model: 'm' } })
    keepVerdict(readConfig({ llm }), answers, { passed: false, verdict } as JudgeReport)
    const [file] = readdirSync(join(answers, 'audits'))
    if (text !== undefined) writeFileSync(join(answers, 'audits', file), text)
    return folder
  }

  it.each(commands)('%s refuses a judge that failed, unless told --anyway', (name, args) => {
    const folder = folderWith()
    const out = name === 'run' || name === 'launch' ? ['--out', join(folder, 'out')] : []
    const { status, stderr } = understudy(name, ...args, ...out, ...flags(folder))
    expect(stderr).toMatch(/m failed its last audit \(adds nothing to content\).*--anyway/)
    expect(status).toBe(2)
  })

  it.each(['{"passed":', '', '[]', 'null', '{"passed":"no","verdict":1}', '{}', '\0\0'])(
    'takes a damaged verdict for none, and says so: %j',
    (text) => {
      const more = ['--users', '1', '--pairs', '1', '--max-calls', '0']
      const args = ['augment', '--policy', 'random', ...more, ...flags(folderWith(text))]
      const { status, stderr } = understudy(...args)
      expect(stderr).toMatch(/\.json is damaged, so the last verdict on this judge is lost/)
      expect(stderr).toMatch(/stopped after 0 calls, as --max-calls says; [^\n]*\n$/)
      expect(status).toBe(1)
    },
  )
})

it('commands that ask nobody, or a judge that costs nothing, say no price', () => {
  const folder = folderOf({})
  for (const [name, , args] of commands)
    if (args) {
      const { status, stderr } = understudy(name, ...args, ...flags(folder))
      expect([status, stderr]).toEqual([0, expect.not.stringMatching(/at most/)])
    }
  const { stderr } = understudy('augment', '--policy', 'random', '--users', '2', ...tinyFlags)
  expect(stderr).not.toMatch(/at most/)
})

it('--max-cost needs a price of a judge that may cost money alone', () => {
  const args = ['augment', '--policy', 'random', '--users', '2', '--max-cost', '1']
  expect(understudy(...args, ...tinyFlags).status).toBe(0)
  const { status, stderr } = understudy(...args, ...flags(folderOf({})))
  expect([status, stderr]).toEqual([2, expect.stringMatching(/--max-cost needs a price/)])
})
