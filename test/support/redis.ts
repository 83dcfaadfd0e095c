import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/** Whether there is a Redis on this machine; says so once where there is none. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0
if (!hasRedis) console.warn('skipped: tests of the queue need redis-server (apt install redis)')

/** A Redis of a test, in a folder of its own. */
export interface TestRedis {
  url: string
  port: number
  folder: string
  pid(): number
  /** Ends it as a crash does. */
  kill(): Promise<void>
  start(): Promise<void>
  /** Runs a command of redis-cli, and gives what it prints. */
  cli(...args: string[]): string
  /** Ends it, and removes its folder. */
  end(): Promise<void>
}

/** Starts a Redis on a free port. @param options - further ones of redis-server */
export async function startRedis(...options: string[]): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-redis-'))
  const port = await freePort()
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--save', '']
  const kept = ['--appendonly', 'yes', '--auto-aof-rewrite-percentage', '0', ...options]
  let child: ReturnType<typeof spawn> | undefined
  const at = options.indexOf('--requirepass')
  const password = at < 0 ? [] : ['-a', options[at + 1], '--no-auth-warning']
  const cli = (...more: string[]) =>
    execFileSync('redis-cli', ['-p', `${port}`, ...password, ...more], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  const redis: TestRedis = {
    url: `redis://127.0.0.1:${port}`,
    port,
    folder,
    cli,
    pid: () => child!.pid!,
    async kill() {
      const ended = new Promise((resolve) => child!.once('exit', resolve))
      child!.kill('SIGKILL')
      await ended
    },
    async start() {
      child = spawn('redis-server', [...args, ...kept], { stdio: 'ignore' })
      for (let k = 0; k < 200; k++) {
        await delay(50)
        if (answers(cli)) return
      }
      throw new Error('redis-server does not answer')
    },
    async end() {
      await redis.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  await redis.start()
  return redis
}

function answers(cli: TestRedis['cli']): boolean {
  try {
    return /PONG/.test(cli('ping'))
  } catch {
    return false
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
