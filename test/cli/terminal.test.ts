import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { stream } from '#src/util/random.js'
import { main, start } from '../support/command.js'
import { chatServer, completion } from '../support/chat-server.js'
import { sharedFolder } from '../support/files.js'

const folder = sharedFolder()
/** A title of the window, a cleared screen, C1, turned text, a link, a way back, and no width. */
const evil = '\x1b]0;x\x07\x1b[2J\x9b31m\u202egnp\x1b]8;;http://x\x1b\\l\r.\x7f\u200b'
/** All that a terminal would obey or hide. */
const obeyed = /[\0-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069]/

const interactions = join(folder, `or\x1b[31mders.csv`)
const items = join(folder, 'products.jsonl')
const data = ['--interactions', interactions, '--items', items, '--set', 'policy.budget=5']

beforeAll(() => {
  const rng = stream(1, 'terminal')
  const rows = Array.from({ length: 1200 }, () => {
    const time = rng.below(1e7)
    const item = Math.floor((time / 1e7) * 60) + rng.below(36)
    return [time, `u${rng.below(80)}\x1b[5m,i${item},${1.6e9 + time}`] as const
  }).sort(([a], [b]) => a - b)
  writeFileSync(
    interactions,
    ['user_id,item_id,timestamp', ...rows.map(([, row]) => row)].join('\n') + '\n',
  )
  writeFileSync(
    items,
    Array.from({ length: 100 }, (_, k) =>
      JSON.stringify({
        item_id: `i${k}`,
        title: `${evil}${k}`,
        categories: [[`C${k % 7}${evil}`]],
      }),
    ).join('\n'),
  )
})

/** Commands whose texts hold what others wrote. */
const commands: [name: string, ...args: string[]][] = [
  ['data inspect', 'data', 'inspect', ...data],
  ['launch', 'launch', ...data, '--out', join(folder, 'launch')],
  ['features', 'features', ...data, '--out', join(folder, 'features.csv')],
  ['an unknown file', 'data', 'inspect', '--interactions', `no${evil}.csv`],
  ['an unknown setting', 'data', 'inspect', '--set', `a${evil}=1`],
  ['an unknown command', `a${evil}`],
]

it.each(commands)('what %s says moves no cursor', async (_, ...args) => {
  const { stdout, stderr } = await start(...args).ended
  expect(stdout + stderr).not.toMatch(obeyed)
  expect(stdout + stderr).toContain('\\u001b')
})

describe('of a server', () => {
  const asking = (url: string, ...args: string[]) => [
    ...args,
    '--llm-url',
    url,
    '--llm-model',
    `m${evil}`,
  ]

  it('errors are shown, and obeyed by no terminal', async () => {
    const error = { error: { message: `no ${evil}` } }
    const { url } = await chatServer(() => ({ status: 400, body: error }))
    const { stdout, stderr } = await start(...asking(url, 'doctor')).ended
    expect(stdout + stderr).not.toMatch(obeyed)
    expect(stdout).toContain('no \\u001b]0;x\\u0007')
  })

  it('fingerprints and names are shown, and data stay as they are', async () => {
    const answers = join(folder, 'answers')
    const { url } = await chatServer((_, count) => ({
      status: 200,
      body: { ...completion('1'), system_fingerprint: `${count}${evil}` },
    }))
    const args = [...data, '--policy', 'random', '--users', '2', '--pairs', '2', '--anyway']
    args.push('--set', 'augmentation.bothOrders=false')
    const asked = await start(...asking(url, 'augment', ...args), '--answers', answers).ended
    expect(asked.stderr).toMatch(/is not what it was: fingerprint \d\\u001b/)
    expect(asked.stderr).not.toMatch(obeyed)
    // Pairs are data.
    expect(JSON.parse(asked.stdout.split('\n')[0])).toMatchObject({
      user: expect.stringMatching(/\x1b\[5m$/) as string,
    })
    const stats = await start('answers', 'stats', '--answers', answers).ended
    expect(stats.stdout).toContain('m\\u001b')
    expect(stats.stdout).not.toMatch(obeyed)
  })
})

it('data in a pipe are as they are, and a terminal shows them', () => {
  const command = [process.execPath, main, 'features', ...data].map((word) => `'${word}'`).join(' ')
  const piped = spawnSync('sh', ['-c', `${command} 2>/dev/null`], { encoding: 'utf8' })
  expect(piped.stdout).toMatch(/^u\d+\x1b\[5m,/m)
  const shown = spawnSync('script', ['-qec', `${command} 2>/dev/null`, '/dev/null'], {
    encoding: 'utf8',
  })
  if (shown.error) return // no `script` here
  expect(shown.stdout).toMatch(/^u\d+\\u001b\[5m,/m)
  expect(shown.stdout.replaceAll('\r\n', '\n')).not.toMatch(obeyed)
})
