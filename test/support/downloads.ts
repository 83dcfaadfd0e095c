import { existsSync, statSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { crc32, deflateRawSync } from 'node:zlib'
import { onTestFinished } from 'vitest'
import type { Download } from '#src/dataset/catalogue.js'
import { fetchDataset } from '#src/dataset/fetch.js'

/** What a good server sends. */
export const content = Buffer.from(Array.from({ length: 200_000 }, (_, k) => k % 251))

interface Asked {
  url: string
  range: string | undefined
}

/** A real server; `answer` says what it does with each request. */
export async function serve(
  answer: (request: IncomingMessage, response: ServerResponse, nth: number) => void,
) {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    asked.push({ url: request.url!, range: request.headers.range })
    answer(request, response, asked.length - 1)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** Sends the content, or the range that is asked for; all of it, or the half until it arrived. */
export function send(
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer = content,
  etag = '"1"',
  halfTo?: string,
): void {
  const from =
    request.headers['if-range'] === etag
      ? Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
      : 0
  response.writeHead(from > 0 ? 206 : 200, {
    etag,
    'content-length': body.length - from,
    ...(from > 0 ? { 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` } : {}),
  })
  if (halfTo === undefined) return void response.end(body.subarray(from))
  response.write(body.subarray(from, body.length / 2))
  const look = setInterval(() => {
    if (!existsSync(halfTo) || statSync(halfTo).size === 0) return
    clearInterval(look)
    response.destroy()
  }, 5)
}

/** Downloads `x/file`, or another file, from such a server. */
export const get = (
  dataRoot: string,
  url: string,
  more: Partial<Download> = {},
  signal?: AbortSignal,
  onProgress?: () => void,
) =>
  fetchDataset(
    { name: 'x', terms: '', downloads: [{ url: `${url}/file`, file: 'x/file', ...more }] },
    { dataRoot, signal, onProgress, retryDelays: [1, 1] },
  )

/** How an entry of `zipOf` differs from an honest one. */
export interface ZipLie {
  /** Mode of Unix, e.g. 0o120777 for a link. */
  mode?: number
  crc?: number
  /** Size that the archive claims. */
  size?: number
}

/** A small zip archive: local headers, central directory, end. */
export function zipOf(files: Record<string, string | Buffer>, lie: ZipLie = {}): Buffer {
  const local: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const [name, text] of Object.entries(files)) {
    const [path, data] = [Buffer.from(name), deflateRawSync(text)]
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(8, 4)
    common.writeUInt32LE(lie.crc ?? crc32(text), 10)
    common.writeUInt32LE(data.length, 14)
    common.writeUInt32LE(lie.size ?? Buffer.byteLength(text), 18)
    common.writeUInt16LE(path.length, 22)
    local.push(Buffer.from('PK\x03\x04', 'latin1'), common, path, data)
    const more = Buffer.alloc(14)
    more.writeUInt32LE((lie.mode ?? 0) * 2 ** 16, 6)
    more.writeUInt32LE(offset, 10)
    central.push(Buffer.from('PK\x01\x02\x14\x03', 'latin1'), common, more, path)
    offset += 30 + path.length + data.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(18)
  const count = Object.keys(files).length
  end.writeUInt16LE(count, 4)
  end.writeUInt16LE(count, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...local, directory, Buffer.from('PK\x05\x06', 'latin1'), end])
}
