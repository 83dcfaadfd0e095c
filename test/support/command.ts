import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))

/** Runs the command line as a user would. */
export function understudy(...args: string[]) {
  return spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 })
}

/** Starts it, to be interrupted. */
export function start(...args: string[]) {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => (stdout += String(chunk)))
  child.stderr.on('data', (chunk) => (stderr += String(chunk)))
  const ended = new Promise<{ status: number | null; stdout: string; stderr: string }>(
    (resolve) => {
      child.on('close', (status) => resolve({ status, stdout, stderr }))
    },
  )
  return { process: child, ended }
}
