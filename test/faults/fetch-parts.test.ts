import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { content, get, send, serve, type ZipLie, zipOf } from '../support/downloads.js'
import { folderOf } from '../support/files.js'

describe('a damaged state of a part starts the file anew', () => {
  const state = (etag: string) => (url: string) => JSON.stringify({ url, validator: etag })
  it.each<[string, ((url: string) => string) | undefined, string | Buffer]>([
    ['empty', () => '', content.subarray(0, 5000)],
    ['half-written', (url) => state('"1"')(url).slice(0, 20), content.subarray(0, 5000)],
    ['not JSON', () => '{', 'x'],
    ['null', () => 'null', 'x'],
    ['a list', () => '[1]', 'x'],
    ['numbers for text', () => '{"url":1,"validator":2}', 'x'],
    ['of another address', () => state('"1"')('http://127.0.0.1/other'), 'x'],
    ['of another version', state('"0"'), 'x'.repeat(100)],
    ['absent', undefined, 'x'.repeat(100)],
    ['of an empty part', state('"1"'), ''],
    ['of a part that is too long', state('"1"'), Buffer.concat([content, content])],
    ['of a whole part', state('"1"'), content],
    ['of a true part', state('"1"'), content.subarray(0, 70_000)],
  ])('%s', async (_, stateOf, part) => {
    const { url } = await serve((request, response) => {
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
      if (from >= content.length) return void response.writeHead(416).end()
      send(request, response)
    })
    const root = folderOf({ 'x/file.part': part })
    if (stateOf) writeFileSync(join(root, 'x/file.part.json'), stateOf(`${url}/file`))
    await get(root, url)
    expect(readFileSync(join(root, 'x/file')).equals(content)).toBe(true)
    expect(readdirSync(join(root, 'x'))).toEqual(['file'])
  })

  it('and a wrong part of the right version is found by the MD5', async () => {
    const md5 = createHash('md5').update(content).digest('hex')
    const { url } = await serve((request, response) =>
      request.url === '/md5' ? void response.end(md5) : send(request, response),
    )
    const root = folderOf({ 'x/file.part': 'x'.repeat(100) })
    writeFileSync(join(root, 'x/file.part.json'), state('"1"')(`${url}/file`))
    await expect(get(root, url, { md5Url: `${url}/md5` })).rejects.toThrow(/the MD5 is/)
    await get(root, url, { md5Url: `${url}/md5` })
    expect(readFileSync(join(root, 'x/file')).equals(content)).toBe(true)
  })
})

describe('an archive is refused whole, and not kept', () => {
  const files = { 'ml/ratings.csv': 'a'.repeat(3000), 'ml/movies.csv': 'c' }
  const many = Object.fromEntries(Array.from({ length: 10_001 }, (_, k) => [`${k}`, '']))
  it.each<[string, Record<string, string | Buffer>, ZipLie, RegExp]>([
    ['a link', files, { mode: 0o120777 }, /no plain file/],
    ['a device', files, { mode: 0o020666 }, /no plain file/],
    ['another checksum', files, { crc: 1 }, /CRC-32/],
    ['a size that is not so', files, { size: 2999 }, /size|bytes/],
    ['a size that fills a disk', files, { size: 2 ** 31 }, /would have/],
    [
      'zeros that fill a disk',
      { 'ratings.csv': Buffer.alloc(2 ** 24), 'movies.csv': 'c' },
      {},
      /would have/,
    ],
    ['too many files', { ...many, ...files }, {}, /more than 10000 files/],
    ['no file of that name', { 'ml/ratings.csv': 'a' }, {}, /lacks "movies.csv"/],
    ['a path that leads out', { ...files, '../x.csv': 'b' }, {}, /\.\./],
    ['an absolute path', { '/etc/ratings.csv': 'b', ...files }, {}, /absolute/],
    ['a folder of that name', { 'ratings.csv/': '', 'movies.csv': 'c' }, {}, /lacks "ratings.csv"/],
  ])('%s', async (_, entries, lie, message) => {
    const { url } = await serve((request, response) => send(request, response, zipOf(entries, lie)))
    const root = folderOf({})
    const download = { file: 'ml/ml.zip', unpack: ['ratings.csv', 'movies.csv'] }
    await expect(get(root, url, download)).rejects.toThrow(message)
    expect(readdirSync(join(root, 'ml'))).toEqual([])
    const good = await serve((request, response) => send(request, response, zipOf(files)))
    await get(root, good.url, download)
    expect(readdirSync(join(root, 'ml')).sort()).toEqual(['movies.csv', 'ratings.csv'])
  })
})

describe('several processes', () => {
  const script = fileURLToPath(new URL('../support/fetch-file.mjs', import.meta.url))
  const start = (root: string, url: string) => {
    const child = spawn(process.execPath, [script, root, `${url}/file`], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let stderr = ''
    child.stderr.on('data', (chunk) => (stderr += String(chunk)))
    const ended = new Promise<{ status: number | null; stderr: string }>((resolve) =>
      child.on('close', (status) => resolve({ status, stderr })),
    )
    return { child, ended }
  }
  /** Sends a piece at a time, so that the others come while it is under way. */
  const slow = () =>
    serve((request, response) => {
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
      response.writeHead(from > 0 ? 206 : 200, {
        etag: '"1"',
        'content-length': content.length - from,
        'content-range': `bytes ${from}-${content.length - 1}/${content.length}`,
      })
      let at = from
      const timer = setInterval(() => {
        response.write(content.subarray(at, (at += 5000)))
        if (at < content.length) return
        clearInterval(timer)
        response.end()
      }, 25)
    })

  it('get one right file by one download: three wait for the one that came first', async () => {
    const { url, asked } = await slow()
    const root = folderOf({})
    const all = Array.from({ length: 4 }, () => start(root, url))
    const ends = await Promise.all(all.map(({ ended }) => ended))
    expect(ends.map(({ status }) => status)).toEqual([0, 0, 0, 0])
    expect(ends.filter(({ stderr }) => /process \d+ is downloading/.test(stderr))).toHaveLength(3)
    expect(asked).toHaveLength(1)
    expect(readFileSync(join(root, 'x/file')).equals(content)).toBe(true)
    expect(readdirSync(join(root, 'x'))).toEqual(['file'])
  })

  it('take over from one that was killed, and from locks of none', async () => {
    const { url, asked } = await slow()
    const root = folderOf({})
    mkdirSync(join(root, 'x'))
    // No process has this number: the largest of Linux is 2^22.
    const gone = { host: hostname(), pid: 99999999, started: '1', token: 'x' }
    writeFileSync(join(root, 'x/file.lock'), JSON.stringify(gone))
    const first = start(root, url)
    while (!existsSync(join(root, 'x/file.part'))) await new Promise((end) => setTimeout(end, 5))
    const others = [start(root, url), start(root, url)]
    await new Promise((end) => setTimeout(end, 400))
    first.child.kill('SIGKILL')
    const ends = await Promise.all(others.map(({ ended }) => ended))
    expect(ends.map(({ status }) => status)).toEqual([0, 0])
    expect(asked.length).toBe(2)
    expect(readFileSync(join(root, 'x/file')).equals(content)).toBe(true)
  })
})
