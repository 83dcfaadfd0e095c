import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { isPublic } from '#src/dataset/public-address.js'
import { request } from '#src/dataset/request.js'
import { DataError, ProviderError, UnderstudyError } from '#src/util/errors.js'
import { content, get, send, serve } from '../support/downloads.js'
import { folderOf } from '../support/files.js'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

const body =
  (bytes: string | Buffer, headers: Record<string, string | number> = {}): Answer =>
  (_, response) => {
    response.writeHead(200, { 'content-length': Buffer.byteLength(bytes), ...headers })
    response.end(bytes)
  }
const half =
  (announced: number): Answer =>
  (_, response) => {
    response.writeHead(200, { 'content-length': announced }).write('short')
    setTimeout(() => response.destroy(), 20)
  }
const gzip = gzipSync(randomBytes(5000))
const flipped = Buffer.from(gzip)
flipped[2000] ^= 1

describe('what a server sends instead of the file is refused, and not kept', () => {
  it.each<[string, string, Answer, RegExp]>([
    [
      'a page by its type',
      'x/a.csv',
      body('user,item', { 'content-type': 'text/html' }),
      /web page/,
    ],
    ['a page by its look', 'x/a.csv', body('\n <!DOCTYPE html><p>Log in'), /web page/],
    ['a page with a mark before it', 'x/a.csv', body('\ufeff<html>'), /web page/],
    ['a page named as gzip', 'x/a.gz', body('<html>'), /web page/],
    ['text named as gzip', 'x/a.gz', body('user,item'), /not a gzip file/],
    ['an empty gzip', 'x/a.gz', body(''), /not a gzip file/],
    ['text named as zip', 'x/a.zip', body('no such archive'), /not a zip archive/],
    ['a cut gzip', 'x/a.gz', body(gzip.subarray(0, 2000)), /gzip file is damaged/],
    ['a gzip with another bit', 'x/a.gz', body(flipped), /gzip file is damaged/],
    [
      'a gzip that fills a disk',
      'x/a.gz',
      body(gzipSync(Buffer.alloc(2 ** 24))),
      /unpacks to more/,
    ],
    ['less than announced', 'x/a', half(10), /broke/],
    ['less than a size that fills a disk', 'x/a', half(2 ** 40), /broke/],
    [
      'a range that nobody asked for',
      'x/a',
      (_, response) => void response.writeHead(206, { 'content-range': 'bytes 0-3/4' }).end('abcd'),
      /the file at the server has changed/,
    ],
    ['nothing', 'x/a', (_, response) => void response.writeHead(204).end(), /answered 204/],
    ['a closed connection', 'x/a', (_, response) => void response.destroy(), /no connection/],
  ])('%s', async (_, file, answer, message) => {
    const root = folderOf({})
    const { url } = await serve((request, response) => {
      answer(request, response)
      setTimeout(() => response.destroy(), 200)
    })
    const refused = await get(root, url, { file }).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(UnderstudyError)
    expect((refused as Error).message).toMatch(message)
    expect(existsSync(join(root, file))).toBe(false)
    if (refused instanceof DataError) expect(readdirSync(join(root, 'x'))).toEqual([])
    const good = await serve((request, response) =>
      send(request, response, file.endsWith('.gz') ? gzip : content),
    )
    if (!file.endsWith('.zip')) await get(root, good.url, { file })
  })
})

describe('a redirect is followed on the same server, and never into a private network', () => {
  it.each([
    'http://example.com/file',
    'http://127.0.0.1:1/file',
    'http://localhost/file',
    'https://localhost/file',
    'https://127.0.0.1/file',
    'https://2130706433/file',
    'https://0x7f.1/file',
    'https://[::1]/file',
    'https://[::ffff:127.0.0.1]/file',
    'https://10.0.0.1/file',
    'https://192.168.1.1/file',
    'https://169.254.169.254/latest/meta-data',
    'https://[fe80::1]/file',
    'https://[fd00::1]/file',
    'https://0.0.0.0/file',
    'https://example.com:8443/file',
    'https://user:password@example.com/file',
    'ftp://example.com/file',
    'file:///etc/passwd',
    'data:text/plain,abc',
    '//10.0.0.1/file',
    'http://',
  ])('%s', async (location) => {
    const { url, asked } = await serve(
      (_, response) => void response.writeHead(302, { location }).end('moved'),
    )
    const root = folderOf({})
    await expect(get(root, url)).rejects.toThrow(/the server leads to .* nothing|public internet/)
    expect(asked).toHaveLength(1)
    expect(existsSync(join(root, 'x/file'))).toBe(false)
  })

  it('nor by a name that leads there', async () => {
    const location = `https://${hostname()}/file`
    const { url } = await serve((_, response) => void response.writeHead(302, { location }).end())
    await expect(get(folderOf({}), url)).rejects.toThrow(/not on the public internet|ENOTFOUND/)
  })

  it('is followed on the same server, a few times', async () => {
    const { url, asked } = await serve((request, response, nth) =>
      nth < 3
        ? void response.writeHead(307, { location: `/${nth}` }).end()
        : send(request, response),
    )
    const root = folderOf({})
    await get(root, url)
    expect(asked.map((one) => one.url)).toEqual(['/file', '/0', '/1', '/2'])
    const loop = await serve((_, response) => void response.writeHead(302, { location: '/' }).end())
    await expect(get(folderOf({}), loop.url)).rejects.toThrow(/more than 5 redirects/)
  })

  it.each([
    'http://example.com/a',
    'ftp://example.com/a',
    'file:///etc/passwd',
    'http://10.0.0.1/a',
  ])('and %s is not asked at all', async (address) => {
    await expect(request(address)).rejects.toThrow(/only https is allowed/)
  })

  it.each([
    [true, ['8.8.8.8', '2606:4700::1', '64:ff9b::808:808']],
    [false, ['10.1.2.3', '100.64.0.1', '172.31.0.1', '0.0.0.0', '224.0.0.1', '255.255.255.255']],
    [false, ['::', '::1', '::ffff:10.0.0.1', 'fe80::1', 'fd00::1', '2002:a00:1::', 'ff02::1']],
  ])('public: %s', (expected, addresses) => {
    expect(addresses.map(isPublic)).toEqual(addresses.map(() => expected))
  })
})

it('errors of servers may pass, those of what came do not', async () => {
  const { url } = await serve((_, response) => void response.writeHead(500).end())
  const error = await get(folderOf({}), url).catch((one: unknown) => one as ProviderError)
  expect(error).toMatchObject({ retryable: true, exitCode: 1 })
})
