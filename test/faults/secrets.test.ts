import { expect, it, onTestFinished } from 'vitest'
import { readSettings } from '#src/experiment/config.js'
import { openAnswerStore } from '#src/llm/answer-store.js'
import { ConfigError } from '#src/util/errors.js'
import { urlWithoutSecrets, withoutSecrets } from '#src/util/secrets.js'
import { chat } from '../support/chat.js'
import { completion } from '../support/chat-server.js'
import { start } from '../support/command.js'
import { folderOf, textOf } from '../support/files.js'
import { put, rawServer } from '../support/raw-server.js'

const [password, query, key] = ['pa55-w0rd/x', 'k3y-of-the-query', 'sk-k3y-of-the-env']
const secrets = [password, encodeURIComponent(password), query, key]
const ask = (content: string) => [{ role: 'user' as const, content }]

/** A URL with a password and a key. */
const secretUrl = (root: string) =>
  `${root.replace('//', `//me:${encodeURIComponent(password)}@`)}/v1?api-key=${query}&version=2`

function withKey() {
  process.env['UNDERSTUDY_TEST_KEY'] = key
  onTestFinished(() => void delete process.env['UNDERSTUDY_TEST_KEY'])
}

function expectNone(...texts: string[]) {
  for (const text of texts)
    for (const secret of secrets) expect(text.includes(secret), secret).toBe(false)
}

it('secrets reach the server, and no error, notice, store, configuration or other output', async () => {
  withKey()
  const echo = `${secrets.join(' ')} ${Buffer.from(`me:${password}`).toString('base64')}`
  const bodies = [
    [200, { ...completion(`1 ${echo}`, { [echo]: -1, '1': -2 }), system_fingerprint: echo }],
    [200, { ...completion('1'), system_fingerprint: `other ${echo}` }],
    [400, { error: { message: echo } }],
    [401, echo],
    [200, echo],
    [302, ''],
  ] as const
  const { root, requests } = await rawServer((response, { path }, count) => {
    const [status, body] = bodies[(count - 1) % bodies.length]
    put(response, body, status, status === 302 ? { location: `http://x/?token=${path}` } : {})
  })
  const said: string[] = []
  const folder = folderOf({})
  const llm = {
    url: secretUrl(root),
    model: 'm',
    maxRetries: 0,
    apiKeyVariable: 'UNDERSTUDY_TEST_KEY',
  }
  const { config } = readSettings({ llm })
  const model = chat(llm, { answers: folder, onNotice: (line) => said.push(line) })
  for (const k of bodies.keys())
    await model.complete(ask(String(k)), { maxTokens: 1 }).catch((error: Error) => {
      said.push(error.message)
    })
  expect(requests).toHaveLength(6)
  expect(requests[0].path).toBe(`/v1/chat/completions?api-key=${query}&version=2`)
  expect(requests[0].headers.authorization).toBe(
    `Basic ${Buffer.from(`me:${password}`).toString('base64')}`,
  )
  const store = openAnswerStore(folder)
  const kept = [...store.all()]
  expect(kept[0].request.backend).toBe(`${root}/v1?version=2`)
  await store.close()
  expect(said.length).toBeGreaterThan(3)
  expectNone(said.join('\n'), JSON.stringify(kept), textOf(folder), JSON.stringify(config))
})

it('two keys of one server share its answers', async () => {
  const { root, requests } = await rawServer((response) => put(response, completion('1')))
  const answers = folderOf({})
  for (const url of [`${root}/v1?key=one-one`, `${root}/v1?key=two-two`])
    await chat({ url, model: 'm' }, { answers }).complete(ask('?'), { maxTokens: 1 })
  expect(requests).toHaveLength(1)
})

it('a command and its store hold no secret', async () => {
  withKey()
  const echo = `1 ${key} ${query} ${password}`
  const { root } = await rawServer((response) => put(response, completion(echo)))
  const folder = folderOf({})
  for (const command of [
    ['doctor'],
    ['augment', '--policy', 'random', '--users', '3', '--anyway'],
  ]) {
    const { stdout, stderr } = await start(
      ...command,
      ...['--llm-url', secretUrl(root), '--llm-model', 'm', '--answers', folder],
      ...['--set', 'llm.apiKeyVariable=UNDERSTUDY_TEST_KEY'],
      ...['--set', 'dataset.synthetic={"users":200,"items":200}'],
    ).ended
    expect(stdout + stderr).toContain('[key]')
    expectNone(stdout, stderr)
  }
  expectNone(textOf(folder))
})

it.each([
  ['http://me:pass-word@host/v1', 'http://host/v1'],
  ['http://token-as-name@host/v1', 'http://host/v1'],
  ['http://host/v1?api-key=a&version=1', 'http://host/v1?version=1'],
  ['http://host/v1/@cf/model', 'http://host/v1/@cf/model'],
  ['http://host:8080/v1', 'http://host:8080/v1'],
  ['https://host', 'https://host'],
])('of %s is kept %s', (url, kept) => {
  expect(urlWithoutSecrets(url)).toBe(kept)
  expect(readSettings({ llm: { url } }).config.llm.url).toBe(kept)
})

it.each([
  'ftp://me:pass-word@host/v1',
  'me:pass-word@host/v1',
  'http://me:pass-word/with#odd?signs@host:x/v1',
  `http://me:pass-word${'x'.repeat(90)}@ho st/v1`,
])('a URL that cannot be used, %s, is quoted without its password', (url) => {
  const read = () => readSettings({ llm: { url } })
  expect(read).toThrow(ConfigError)
  expect(read).not.toThrow(/pass-word/)
})

it('a long text without secrets takes no time', () => {
  const hostile = ['://a:', 'a.', '?a&', '?token=', 'http://'].map((part) => part.repeat(200_000))
  for (const text of hostile) expect(withoutSecrets(text).length).toBeGreaterThan(0)
})
