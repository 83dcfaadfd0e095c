import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import type { ErrorOutput } from '#src/notebook/session.js'

const child = fork(fileURLToPath(new URL('../support/session.mjs', import.meta.url)), {
  stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  execArgv: [],
})
afterAll(() => void child.kill())

async function errorOf(code: string): Promise<ErrorOutput | undefined> {
  child.send(code)
  const [{ error }] = (await once(child, 'message')) as [{ error?: ErrorOutput }]
  return error
}

it.each([
  ['a throw', 'throw new RangeError("too far")', 'RangeError: too far'],
  [
    'a throw after an await',
    'await new Promise((go) => setTimeout(go, 20)); throw new RangeError("later")',
    'RangeError: later',
  ],
  ['a type error', 'const n: number = "x"', "Type 'string' is not assignable to type 'number'"],
  ['a type error of strict types alone', 'const f = (x) => x', "implicitly has an 'any' type"],
  [
    'a rejection that nobody awaits',
    'Promise.reject(new RangeError("unseen")); 1',
    'RangeError: unseen',
  ],
  [
    'a rejection of an async function that nobody awaits',
    'const g = async () => { await null; throw new RangeError("unseen") }; g(); 1',
    'RangeError: unseen',
  ],
  [
    'a throw in a timer',
    'setTimeout(() => { throw new RangeError("timer") }, 0); await new Promise((go) => setTimeout(go, 30))',
    'RangeError: timer',
  ],
  ['a thrown text', 'throw "just text"', 'just text'],
  ['a name that is not there', 'console.log(nowhere)', "Cannot find name 'nowhere'"],
])('%s fails the cell', async (_, code, message) => {
  const { ename, evalue, traceback } = (await errorOf(code))!
  expect(`${ename}: ${evalue}`).toContain(message)
  expect(traceback.join('\n')).not.toContain('tslab')
  expect(await errorOf('1 + 1')).toBeUndefined()
})
