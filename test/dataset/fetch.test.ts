import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { catalogueEntry } from '#src/dataset/catalogue.js'
import { DataError, InputError, InterruptedError, ProviderError } from '#src/util/errors.js'
import { content, get, send, serve, zipOf } from '../support/downloads.js'
import { folderOf } from '../support/files.js'

describe('fetchDataset', () => {
  it('downloads, and not again', async () => {
    const root = folderOf({})
    const { asked, url } = await serve((request, response) => send(request, response))
    expect(await get(root, url)).toEqual([join(root, 'x/file')])
    expect(readFileSync(join(root, 'x/file'))).toEqual(content)
    await get(root, url)
    expect(asked).toHaveLength(1)
    expect(existsSync(join(root, 'x/file.part.json'))).toBe(false)
  })

  it('goes on after a broken connection', async () => {
    const root = folderOf({})
    const { asked, url } = await serve((request, response, nth) =>
      send(request, response, content, '"1"', nth === 0 ? join(root, 'x/file.part') : undefined),
    )
    await get(root, url)
    expect(readFileSync(join(root, 'x/file'))).toEqual(content)
    expect(asked[1].range).toMatch(/^bytes=[1-9]\d*-$/)
  })

  it('starts anew when the file has changed', async () => {
    const root = folderOf({})
    const changed = Buffer.from(content).reverse()
    const { url } = await serve((request, response, nth) =>
      nth === 0
        ? send(request, response, content, '"1"', join(root, 'x/file.part'))
        : send(request, response, changed, '"2"'),
    )
    await get(root, url)
    expect(readFileSync(join(root, 'x/file'))).toEqual(changed)
  })

  it('stops when asked to, keeps the part, and goes on from it', async () => {
    const root = folderOf({})
    const stop = new AbortController()
    const { asked, url } = await serve((request, response, nth) => {
      if (nth > 0) return send(request, response)
      response.writeHead(200, { etag: '"1"', 'content-length': content.length })
      response.write(content.subarray(0, 50_000))
    })
    await expect(get(root, url, {}, stop.signal, () => stop.abort())).rejects.toThrow(
      InterruptedError,
    )
    expect(existsSync(join(root, 'x/file'))).toBe(false)
    const kept = statSync(join(root, 'x/file.part')).size
    await get(root, url)
    expect(readFileSync(join(root, 'x/file'))).toEqual(content)
    expect(asked[1].range).toBe(kept > 0 ? `bytes=${kept}-` : undefined)
  })

  it('retries a failing server, and gives up', async () => {
    const root = folderOf({})
    const twice = await serve((request, response, nth) =>
      nth < 2 ? void response.writeHead(503).end() : send(request, response),
    )
    await get(root, twice.url)
    expect(twice.asked).toHaveLength(3)
    const never = await serve((_, response) => void response.writeHead(500).end())
    await expect(get(folderOf({}), never.url)).rejects.toThrow(/answered 500/)
  })

  it('says what a refusal means, once', async () => {
    const { asked, url } = await serve((_, response) => void response.writeHead(404).end())
    await expect(get(folderOf({}), url)).rejects.toThrow(ProviderError)
    await expect(get(folderOf({}), url)).rejects.toThrow(
      /answered 404.*check the name of the category/,
    )
    expect(asked).toHaveLength(2)
  })

  it('checks the MD5 that the source publishes', async () => {
    const md5 = createHash('md5').update(content).digest('hex')
    const publish = (text: string) =>
      serve((request, response) =>
        request.url === '/md5' ? void response.end(text) : send(request, response),
      )
    const good = await publish(`MD5 (file) = ${md5}\n`)
    await get(folderOf({}), good.url, { md5Url: `${good.url}/md5` })
    const bad = await publish(`${'0'.repeat(32)}  file\n`)
    const root = folderOf({})
    await expect(get(root, bad.url, { md5Url: `${bad.url}/md5` })).rejects.toThrow(DataError)
    expect(existsSync(join(root, 'x/file'))).toBe(false)
  })

  it('takes only the named files out of an archive, whatever their paths', async () => {
    const zip = zipOf({ 'ml/ratings.csv': 'a', '../../escape.csv': 'b', '../../movies.csv': 'c' })
    const { url } = await serve((request, response) => send(request, response, zip))
    const root = folderOf({ 'deep/er/keep': '' })
    const dataRoot = join(root, 'deep/er')
    const refused = get(dataRoot, url, { file: 'ml/ml.zip', unpack: ['ratings.csv', 'movies.csv'] })
    await expect(refused).rejects.toThrow(/\.\./)
    expect(existsSync(join(root, 'deep/movies.csv'))).toBe(false)
    const fine = await serve((request, response) =>
      send(
        request,
        response,
        zipOf({ 'ml/ratings.csv': 'a', 'ml/movies.csv': 'c', 'ml/tags.csv': 'd' }),
      ),
    )
    await get(dataRoot, fine.url, { file: 'ok/ml.zip', unpack: ['ratings.csv', 'movies.csv'] })
    expect(readFileSync(join(dataRoot, 'ok/movies.csv'), 'utf8')).toBe('c')
    expect(existsSync(join(dataRoot, 'ok/tags.csv'))).toBe(false)
    expect(existsSync(join(dataRoot, 'ok/ml.zip'))).toBe(false)
  })
})

describe('the catalogue', () => {
  it('knows families by pattern, and no path that leaves', () => {
    expect(catalogueEntry('amazon-2014/Beauty').downloads.map(({ file }) => file)).toEqual([
      'amazon-2014/reviews_Beauty_5.json.gz',
      'amazon-2014/meta_Beauty.json.gz',
    ])
    for (const name of ['amazon-2014/../x', 'amazon-2014/a/b', 'movielens-x', 'constructor/x', ''])
      expect(() => catalogueEntry(name)).toThrow(InputError)
  })
})
