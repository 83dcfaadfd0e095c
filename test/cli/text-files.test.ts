import { join } from 'node:path'
import { expect, it } from 'vitest'
import { understudy } from '../support/command.js'
import { folderOf } from '../support/files.js'
import { launched } from '../support/launched.js'

const shop = ['--set', 'dataset.synthetic={"users":200,"items":200}']
const answer = {
  request: {
    backend: 'http://x/v1',
    model: 'm',
    messages: [],
    maxTokens: 1,
    parameters: {},
    promptVersion: '',
  },
  text: '1',
}
const pair = (user: string) => JSON.stringify({ user, preferred: 'i001', other: 'i002' })

const launch = launched()
const [user, item, other] = ['u001', 'i001', 'i002']
const recommend = ['recommend', '--model', launch]
const exclude = `item_id,user_id\n${item},\n${other},${user}\n`
const history = `user_id,item_id\nnew,${item}\nnew,${other}\n`

/** Texts that people write, and the commands that read them: `FILE`, `OUT`. */
const reads: [name: string, text: string, ...args: string[]][] = [
  ['users', 'u001\nu002\n', 'augment', ...shop, '--users', 'FILE', '--pairs', '1', '--out', 'OUT'],
  [
    'pairs',
    `${pair('u001')}\n${pair('u002')}\n`,
    ...['train', ...shop, '--set', 'policy.budget=5', '--pairs', 'FILE', '--out', 'OUT'],
  ],
  [
    'settings',
    '{\n"dataset": {"synthetic": {"users": 200, "items": 200}}\n}',
    ...['data', 'inspect', '--config', 'FILE'],
  ],
  ['ids of users', `${user}\n`, ...recommend, '--users', 'FILE'],
  ['ids of items', `${item}\n${other}\n`, ...recommend, '--items', 'FILE'],
  ['exclusions', exclude, ...recommend, '--exclude', 'FILE'],
  ['histories', history, ...recommend, '--history', 'FILE'],
  ['answers', `${JSON.stringify(answer)}\n\n`, 'answers', 'import', 'FILE', '--answers', 'OUT'],
]

it.each(reads)('%s with a byte-order mark and CRLF read as without', (_, text, ...args) => {
  const folder = folderOf({
    'plain.txt': text,
    'marked.txt': `\ufeff${text.replaceAll('\n', '\r\n')}`,
  })
  const [plain, marked] = ['plain', 'marked'].map((name) => {
    const paths: Record<string, string> = { FILE: `${name}.txt`, OUT: `${name}.out` }
    const words = args.map((word) => (word in paths ? join(folder, paths[word]) : word))
    const { status, stdout, stderr } = understudy(...words)
    return { status, said: (stdout + stderr).replaceAll(name, 'NAME') }
  })
  expect(plain.status).toBe(0)
  expect(marked).toEqual(plain)
})
