import { join } from 'node:path'
import { expect, it } from 'vitest'
import { completion } from '../support/chat-server.js'
import { start } from '../support/command.js'
import { folderOf, textOf } from '../support/files.js'
import { put, rawServer } from '../support/raw-server.js'

it('a run, its report and a launch hold no secret of the URL', async () => {
  const { root, requests } = await rawServer((response) => put(response, completion('1')))
  const url = `${root.replace('//', '//me:pa55-w0rd@')}/v1?api-key=k3y-of-the-query`
  const folder = folderOf({})
  const [run, launch] = [join(folder, 'run'), join(folder, 'launch')]
  const shop = ['--set', 'dataset.synthetic={"users":200,"items":200}']
  const limits = ['--max-calls', '100000']
  const judge = [
    ...limits,
    '--llm-url',
    url,
    '--llm-model',
    'm',
    '--answers',
    join(folder, 'answers'),
  ]
  for (const command of [
    ['run', 'policy-vs-baselines', '--size', 'smoke', '--out', run, ...judge],
    ['report', run],
    ['launch', '--out', launch, '--ask', 'always', ...shop, ...judge],
  ]) {
    const { status, stdout, stderr } = await start(...command).ended
    expect(status, stderr).toBe(0)
    expect(stdout + stderr).not.toMatch(/pa55-w0rd|k3y-of/)
  }
  expect(requests.length).toBeGreaterThan(10)
  const asked = requests.map(({ path, headers }) => `${path} ${headers.authorization}`)
  expect(new Set(asked)).toEqual(
    new Set([`/v1/chat/completions?api-key=k3y-of-the-query Basic ${btoa('me:pa55-w0rd')}`]),
  )
  expect(textOf(folder)).not.toMatch(/pa55-w0rd|k3y-of/)
})
