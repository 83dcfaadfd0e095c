import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** A request as a server got it. */
export interface RawRequest {
  method: string
  path: string
  headers: IncomingMessage['headers']
  text: string
  /** The text's JSON, where it is. */
  body: Record<string, unknown>
}

/** A server whose answers are written byte by byte, gone when the test is. */
export async function rawServer(
  answer: (response: ServerResponse, request: RawRequest, count: number) => void,
) {
  const requests: RawRequest[] = []
  const server = createServer((request, response) => void serve(request, response))
  async function serve(request: IncomingMessage, response: ServerResponse) {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    const { method = '', url: path = '', headers } = request
    const isJson = headers['content-type'] === 'application/json'
    const body = (isJson ? JSON.parse(text) : {}) as RawRequest['body']
    const seen = { method, path, headers, text, body }
    requests.push(seen)
    response.on('error', () => undefined)
    answer(response, seen, requests.length)
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return { port, root: `http://127.0.0.1:${port}`, url: `http://127.0.0.1:${port}/v1`, requests }
}

/** Writes a whole answer; a body that is no text as JSON. */
export function put(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(typeof body === 'string' ? body : JSON.stringify(body))
}
