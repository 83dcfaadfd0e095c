import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { start } from '../support/command.js'
import { folderOf } from '../support/files.js'
import { notebookOf } from '../support/notebooks.js'

const waits = 'await new Promise(() => setInterval(() => 1, 1000))'
const loops = 'for (;;);'

/** How the command is ended, what its cell does then, and the exit status. */
const ends: [NodeJS.Signals, string, number | null][] = [
  ['SIGINT', waits, 130],
  ['SIGINT', loops, 130],
  ['SIGTERM', loops, 130],
  ['SIGHUP', loops, null],
  ['SIGKILL', waits, null],
  ['SIGKILL', loops, null],
]

it.each(ends)(
  '%s ends a notebook whose cell is at `%s`, with all that it started',
  async (signal, cell, status) => {
    const pids = join(folderOf({}), 'pids')
    const file = notebookOf(
      `import { spawn } from 'node:child_process'
import { renameSync, writeFileSync } from 'node:fs'
const inner = spawn('sleep', ['600'])
writeFileSync(${JSON.stringify(`${pids}.part`)}, process.pid + ' ' + inner.pid)
renameSync(${JSON.stringify(`${pids}.part`)}, ${JSON.stringify(pids)})
${cell}`,
    )
    const { process: command, ended } = start('notebook', 'run', file, '--check')
    while (!existsSync(pids)) await sleep(20)
    command.kill(signal)
    expect((await ended).status).toBe(status)
    for (const pid of readFileSync(pids, 'utf8').split(' ')) await gone(Number(pid))
  },
)

it('what a cell has started ends with its notebook', async () => {
  const file = notebookOf(
    `import { spawn } from 'node:child_process'
console.log(spawn('sleep', ['600']).pid)`,
  )
  expect((await start('notebook', 'run', file).ended).status).toBe(0)
  await gone(Number(/"text": \[\s*"(\d+)/.exec(readFileSync(file, 'utf8'))![1]))
})

/** Waits until a process has ended; one that nobody has waited for has ended too. */
async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      if (/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) return
    } catch {
      return
    }
    await sleep(50)
  }
}
