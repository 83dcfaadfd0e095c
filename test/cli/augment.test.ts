import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { chatServer } from '../support/chat-server.js'
import { start, understudy } from '../support/command.js'
import { folderOf } from '../support/files.js'

it('the offline reader is free and keeps nothing', () => {
  const folder = folderOf({ 'users.txt': 'u000' })
  const { status } = understudy(
    'augment',
    '--users',
    join(folder, 'users.txt'),
    '--answers',
    join(folder, 'store'),
    '--set',
    'dataset.synthetic={"users":200,"items":200}',
  )
  expect(status).toBe(0)
  expect(existsSync(join(folder, 'store'))).toBe(false)
})

it('augment refuses a judge that failed its audit, unless told --anyway', async () => {
  const folder = folderOf({ 'users.txt': 'u000' })
  const { url } = await chatServer(() => '1')
  const common = [
    '--llm-url',
    url,
    '--llm-model',
    'm',
    '--answers',
    join(folder, 'store'),
    '--set',
    'dataset.synthetic={"users":200,"items":200}',
    '--set',
    'evaluation.ks=[5]',
    '--set',
    'policy={"budget":10,"rewardK":5}',
  ]
  const audit = await start('audit', ...common, '--questions', '30', '--json').ended
  expect(JSON.parse(audit.stdout)).toMatchObject({ passed: false, questions: 30 })
  const augment = ['augment', '--users', join(folder, 'users.txt'), ...common]
  const refused = await start(...augment).ended
  expect(refused.status).toBe(2)
  expect(refused.stderr).toMatch(
    /m failed its last audit \(the answers depend only on the order.*--anyway/,
  )
  expect((await start(...augment, '--anyway').ended).status).toBe(0)
})
