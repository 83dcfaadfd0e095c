import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { liveHolder, takeLock } from '#src/util/lock.js'
import { folderOf } from '../support/files.js'

const newLock = () => join(folderOf({}), 'a.lock')
const hour = 3_600_000

/** Sets when the holder of a lock last showed life. */
function shownLife(file: string, milliseconds: number): void {
  const then = new Date(Date.now() + milliseconds)
  utimesSync(file, then, then)
}

describe('a lock', () => {
  it('has one holder, who is told, until it is given back', () => {
    const file = newLock()
    const before = Date.now()
    const release = takeLock(file)!
    expect(takeLock(file)).toBeUndefined()
    const { pid, host, since } = liveHolder(file, 'process')!
    expect([pid, host]).toEqual([process.pid, hostname()])
    expect(since).toBeGreaterThanOrEqual(before)
    expect(since).toBeLessThanOrEqual(Date.now())
    release()
    expect([liveHolder(file, 'process'), existsSync(file)]).toEqual([undefined, false])
    takeLock(file)!()
  })

  it('of a process that was killed is free at once', async () => {
    const file = newLock()
    const module = JSON.stringify(new URL('../../dist/util/lock.js', import.meta.url))
    const script = `import(${module}).then(({ takeLock }) => {
      takeLock(${JSON.stringify(file)}, 'process')
      console.log('taken')
      setInterval(() => {}, 1000)
    })`
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    await once(child.stdout, 'data')
    expect(takeLock(file, 'process')).toBeUndefined()
    expect(liveHolder(file, 'process')?.pid).toBe(child.pid)
    child.kill('SIGKILL')
    await once(child, 'close')
    expect(liveHolder(file, 'process')).toBeUndefined()
    const release = takeLock(file, 'process')!
    expect(liveHolder(file, 'process')?.pid).toBe(process.pid)
    release()
  })

  // The second as after a clock that was set back.
  it.each([-hour, hour])('of a running process stays when its clock is %d ms off', (off) => {
    const file = newLock()
    const release = takeLock(file, 'process')!
    shownLife(file, off)
    expect(takeLock(file, 'process')).toBeUndefined()
    release()
  })

  it.each<[string, string, number, boolean]>([
    ['of another host that shows life', '{"host":"far","pid":1,"token":"t"}', 0, false],
    ['of another host that was silent', '{"host":"far","pid":1,"token":"t"}', -hour, true],
    ['not yet written', '', 0, false],
    ['never written', '', -10_000, true],
    ['half-written', '{"host":"far', -10_000, true],
    ['that is no lock', '[]', -10_000, true],
  ])('%s', (_, content, off, free) => {
    const file = newLock()
    writeFileSync(file, content)
    shownLife(file, off)
    expect(liveHolder(file, 'process') === undefined).toBe(free)
    expect(readFileSync(file, 'utf8')).toBe(content)
    const release = takeLock(file, 'process')
    expect(release !== undefined).toBe(free)
    release?.()
    expect(readdirSync(join(file, '..'))).toEqual(free ? [] : ['a.lock'])
  })
})
