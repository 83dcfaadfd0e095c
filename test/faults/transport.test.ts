import type { ServerResponse } from 'node:http'
import { createServer } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readSettings } from '#src/experiment/config.js'
import { chat } from '../support/chat.js'
import { completion } from '../support/chat-server.js'
import { start } from '../support/command.js'
import { put, rawServer } from '../support/raw-server.js'

const ask = (content = '1 or 2?') => [{ role: 'user' as const, content }]
const once = { maxTokens: 1 }
const settings = { model: 'm', maxRetries: 0, timeoutSeconds: 5 }

describe('a server that does not give a whole answer', () => {
  const body = JSON.stringify(completion('1'))
  const drip = (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const timer = setInterval(() => response.write(' '), 20)
    response.on('close', () => clearInterval(timer))
  }
  const flood = (response: ServerResponse) => {
    const more = () => {
      while (!response.destroyed && response.write(' '.repeat(65_536)));
    }
    response.writeHead(200, { 'content-type': 'application/json' }).on('drain', more)
    more()
  }
  const bomb = gzipSync(Buffer.alloc(16 * 2 ** 20, ' '))

  it.each<[string, RegExp, (response: ServerResponse) => void]>([
    ['says nothing', /no complete answer within 0.3 s/, () => undefined],
    ['sends a byte now and then', /no complete answer within 0.3 s/, drip],
    ['never ends', /more than 4 MiB/, flood],
    [
      'sends what unpacks to too much',
      /more than 4 MiB/,
      (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    ],
    [
      'is cut off',
      /could not be|cannot be/,
      (response) => {
        response.writeHead(200, { 'content-length': '9999' }).write(body.slice(0, 30))
        setTimeout(() => response.destroy(), 20)
      },
    ],
    ['speaks no HTTP', /cannot be reached/, (response) => response.socket!.end('hello\r\n\r\n')],
    ['has an odd status', /answered with status 999/, (response) => put(response, body, 999)],
    ['has nothing', /not a chat completion/, (response) => response.writeHead(204).end()],
  ])('%s', async (_, message, answer) => {
    const { url } = await rawServer(answer)
    // The flood has more time than it may need to be stopped by its size.
    const timeoutSeconds = message.test('more than 4 MiB') ? 30 : 0.3
    const asked = chat({ ...settings, url, timeoutSeconds }).complete(ask(), once)
    await expect(asked).rejects.toThrow(message)
  })
})

describe('a redirect', () => {
  it.each([
    [301, false],
    [302, false],
    [303, false],
    [307, true],
    [308, true],
  ])('%d on the same host is followed where it keeps the question: %s', async (status, kept) => {
    const { url, requests } = await rawServer((response, { path }) =>
      path.startsWith('/v1/')
        ? put(response, '', status, { location: '/v2/chat' })
        : put(response, completion('2')),
    )
    const asked = chat({ ...settings, url }).complete(ask(), once)
    if (!kept) return expect(asked).rejects.toThrow(`redirects (${status})`)
    expect((await asked).text).toBe('2')
    expect(requests[1]).toMatchObject({ method: 'POST', body: requests[0].body })
  })

  it.each([301, 307, 308])('%d to another host is not followed', async (status) => {
    const other = await rawServer((response) => put(response, completion('1')))
    const { url } = await rawServer((response) =>
      put(response, '', status, { location: `${other.url}/chat/completions` }),
    )
    const asked = chat({ ...settings, url }).complete(ask(), once)
    await expect(asked).rejects.toThrow(`redirects (${status}) to ${other.root}/v1`)
    expect(other.requests).toEqual([])
  })

  it.each(['/v1/chat/completions', 'http://[', 'file:///etc/passwd'])('to %s ends', async (to) => {
    const { url, requests } = await rawServer((response) =>
      put(response, '', 307, { location: to }),
    )
    await expect(chat({ ...settings, url }).complete(ask(), once)).rejects.toThrow(/redirects/)
    expect(requests.length).toBeLessThan(6)
  })
})

it('a URL without /v1 is asked with it, once found out, and says so', async () => {
  for (const elsewhere of [
    (response: ServerResponse) => put(response, '404 page not found', 404),
    (response: ServerResponse) => put(response, '<html>', 200, { 'content-type': 'text/html' }),
    (response: ServerResponse) => put(response, { error: 'Unexpected endpoint or method.' }),
  ]) {
    const { root, requests } = await rawServer((response, { path }) =>
      path.startsWith('/v1/') ? put(response, completion('1')) : elsewhere(response),
    )
    const notices: string[] = []
    const model = chat({ ...settings, url: root }, { onNotice: (line) => notices.push(line) })
    await Promise.all(['a', 'b', 'c', 'd'].map((text) => model.complete(ask(text), once)))
    expect(requests).toHaveLength(5)
    expect(notices).toEqual([`${root} is not a chat API, but ${root}/v1 is; understudy asks there`])
  }
})

it.each([
  ['a closed port', /ECONNREFUSED.*no server runs there: start it, or correct --llm-url/],
  ['http://127.0.0.1:9/v1', /bad port.*start the server on another port/],
  ['http://no-such-host.invalid/v1', /(ENOTFOUND|EAI_AGAIN).*correct --llm-url/],
])('%s cannot be reached, and says why', async (url, message) => {
  const at = url === 'a closed port' ? await closedPort() : url
  await expect(chat({ ...settings, url: at }).complete(ask(), once)).rejects.toThrow(message)
})

async function closedPort() {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}/v1`
}

it('https to a server without it says so', async () => {
  const { port } = await rawServer((response) => put(response, completion('1')))
  await expect(
    chat({ ...settings, url: `https://127.0.0.1:${port}/v1` }).complete(ask(), once),
  ).rejects.toThrow(/it does not speak https: try http:/)
})

it.each([
  [{ timeoutSeconds: 2_147_484 }, /llm.timeoutSeconds = 2147484: .*2147483/],
  [{ batchPollSeconds: 1e9 }, /llm.batchPollSeconds = 1000000000: .*2147483/],
  [{ timeoutSeconds: Infinity }, /llm.timeoutSeconds/],
  [{ url: 'localhost:8080/v1' }, /expected a URL that begins with http:\/\/ or https:\/\//],
  [{ extra: { api_key: 'sk-1' } }, /a key or password does not go here/],
  [{ extra: { extra_headers: { Authorization: 'x' } } }, /a key or password does not go here/],
])('the settings %j are refused', (llm, message) =>
  expect(() => readSettings({ llm })).toThrow(message),
)

it('a proxy is gone through, but not to this machine', async () => {
  const proxy = await rawServer((response) => put(response, completion('1')))
  const here = await rawServer((response) => put(response, completion('1')))
  process.env['HTTP_PROXY'] = proxy.root
  onTestFinished(() => void delete process.env['HTTP_PROXY'])
  const remote = 'http://no-such-host.invalid/v1'
  for (const url of [remote, here.url])
    expect((await start('doctor', '--llm-url', url, '--llm-model', 'm').ended).status).toBe(0)
  expect(new Set(proxy.requests.map(({ path }) => path))).toEqual(
    new Set([`${remote}/chat/completions`]),
  )
  expect(here.requests.length).toBeGreaterThan(0)
})
