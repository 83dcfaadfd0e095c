import type { MessagePort } from 'node:worker_threads'
import { errorOf, type ErrorRecord, recordOf } from '../error-record.js'

/** Functions that a thread calls in another one; arguments and results are plain data. */
export type Calls = Record<string, (...args: never[]) => Promise<unknown>>

interface Call {
  id: number
  name: string
  args: unknown[]
}

type Reply = { id: number; value: unknown } | { id: number; error: ErrorRecord }

/** Answers the calls that come through a port, as long as it is open. */
export function answerCalls(port: MessagePort, calls: Calls): void {
  port.on('message', ({ id, name, args }: Call) => {
    const called = calls[name] as (...args: unknown[]) => Promise<unknown>
    called(...args).then(
      (value) => port.postMessage({ id, value } satisfies Reply),
      (error: unknown) => port.postMessage({ id, error: recordOf(error) } satisfies Reply),
    )
  })
  port.unref()
}

/** Calls functions of the thread at the other end of a port. */
export function callsThrough<C extends Calls>(port: MessagePort): C {
  const open = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let last = 0
  port.on('message', (reply: Reply) => {
    const { resolve, reject } = open.get(reply.id)!
    open.delete(reply.id)
    if ('error' in reply) reject(errorOf(reply.error))
    else resolve(reply.value)
  })
  const call =
    (name: string) =>
    (...args: unknown[]) =>
      new Promise((resolve, reject) => {
        open.set(++last, { resolve, reject })
        port.postMessage({ id: last, name, args } satisfies Call)
      })
  return new Proxy({} as C, { get: (_, name) => call(String(name)) })
}
