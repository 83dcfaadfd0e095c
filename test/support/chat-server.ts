import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { Message } from '#src/llm/chat-model.js'

/** What a request asked for. */
export interface ChatRequest {
  model: string
  messages: Message[]
  authorization: string | undefined
}

/** Answers one request: a status with any body, or the text of a completion. */
export type Answer = string | { status: number; body: unknown; headers?: Record<string, string> }

/** A chat-completions server on this machine, gone when the test is. */
export async function chatServer(
  answer: (request: ChatRequest, count: number) => Answer | Promise<Answer>,
) {
  const requests: ChatRequest[] = []
  const bodies: object[] = []
  const server = createServer((request, response) => void serve(request, response))
  async function serve(request: IncomingMessage, response: ServerResponse) {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const whole = JSON.parse(body) as ChatRequest
    const { model, messages } = whole
    bodies.push(whole)
    const seen = { model, messages, authorization: request.headers.authorization }
    requests.push(seen)
    const reply = await answer(seen, requests.length)
    const {
      status,
      body: out,
      headers,
    } = typeof reply === 'string' ? { status: 200, body: completion(reply), headers: {} } : reply
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(typeof out === 'string' ? out : JSON.stringify(out))
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, requests, bodies }
}

export function completion(content: string, logprobs?: Record<string, number>) {
  const top = Object.entries(logprobs ?? {}).map(([token, logprob]) => ({
    token,
    logprob,
    bytes: null,
  }))
  return {
    id: 'x',
    object: 'chat.completion',
    created: 0,
    model: 'm',
    choices: [
      {
        index: 0,
        finish_reason: 'stop',
        message: { role: 'assistant', content },
        logprobs: logprobs && { content: [{ ...top[0], top_logprobs: top }] },
      },
    ],
  }
}
