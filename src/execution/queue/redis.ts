import type { Redis } from 'ioredis'
import { ConfigError, ExecutionError, InputError, quote } from '../../util/errors.js'
import { resolveOptional } from '../../util/optional.js'
import { keepSecretsOf, urlWithoutSecrets } from '../../util/secrets.js'

const needs = 'a queue (--queue)'

/** BullMQ, an optional package. @throws ConfigError with the command that installs it */
export async function loadBullmq(): Promise<typeof import('bullmq')> {
  resolveOptional({ name: 'bullmq', version: '5.81', needs })
  return import('bullmq')
}

/** Before all keys that this program has in a Redis. */
export const prefix = 'understudy'

/** How BullMQ makes connections of its own, which wait for a Redis that is away. */
export const connectionTo = (url: string) => ({ url, retryStrategy, maxRetriesPerRequest: null })

const retryStrategy = (times: number) => Math.min(100 * 2 ** times, 2000)

/** Longest wait for the first answer of a Redis, milliseconds. */
const firstAnswer = 10_000

/**
 * Connects to a Redis, and makes sure that it can be written to. Later it connects again by itself
 * whenever the connection is lost, and commands wait for that.
 * @throws ConfigError for a URL that is none; InputError or ExecutionError for a Redis that cannot
 * be used, saying why
 */
export async function connectRedis(url: string): Promise<Redis> {
  checkUrl(url)
  resolveOptional({ name: 'ioredis', version: '5.11', needs })
  const { Redis } = await import('ioredis')
  let ready = false
  let problem: unknown
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: null,
    connectTimeout: firstAnswer,
    retryStrategy: (times) => (ready ? retryStrategy(times) : null),
  })
  redis.on('error', (error) => (problem = error))
  try {
    await withTimeout(redis.connect().then(() => probe(redis)))
  } catch (error) {
    redis.disconnect()
    throw redisError(url, isClosed(error) ? (problem ?? error) : error)
  }
  ready = true
  return redis
}

async function probe(redis: Redis): Promise<void> {
  await redis.set(`${prefix}:probe`, '', 'PX', 1)
}

function withTimeout(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout
  const silence = new Promise<never>((_, reject) => {
    const late = () => reject(new Error(`no answer in ${firstAnswer / 1000} s`))
    timer = setTimeout(late, firstAnswer)
  })
  return Promise.race([work, silence]).finally(() => clearTimeout(timer))
}

function isClosed(error: unknown): boolean {
  return /^Connection is closed/.test((error as Error).message)
}

function checkUrl(url: string): void {
  const valid = URL.canParse(url) && /^rediss?:$/.test(new URL(url).protocol)
  if (valid) keepSecretsOf(new URL(url))
  else
    throw new ConfigError(
      `--queue ${quote(urlWithoutSecrets(url))}: expected the URL of a Redis, e.g. redis://localhost:6379`,
    )
}

/** What a Redis says when it does not do its work, and what to do about it. */
const answers: [said: RegExp, means: string][] = [
  [/WRONGPASS|invalid password/, 'the name or the password is wrong'],
  [/NOAUTH/, 'it wants a password: redis://:PASSWORD@HOST:PORT, best in UNDERSTUDY_QUEUE'],
  [/NOPERM/, 'this user may not use the keys understudy:* and all commands on them'],
  [/OOM/, 'its memory is full, so it refuses writes; raise its maxmemory, or free some'],
  [/READONLY/, 'it is a copy that can only be read; name the primary'],
  [/MISCONF/, 'it cannot write to its own disk; see its log'],
  [
    /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|no answer/,
    'nothing answers there; start a Redis, or check the address',
  ],
]

/** Whether a Redis wants other credentials: nothing to wait for. */
const isRefused = /WRONGPASS|invalid password|NOAUTH|NOPERM/

/** What a Redis has said, in a line. */
export function redisProblem(error: unknown): string {
  const said = error instanceof Error ? `${error.name} ${error.message}` : String(error)
  const whole = `${said} ${(error as NodeJS.ErrnoException).code ?? ''}`
  const means = answers.find(([pattern]) => pattern.test(whole))?.[1]
  const short = (error as Error).message || (error as NodeJS.ErrnoException).code
  return means === undefined ? String(short) : `${means} (${short})`
}

function redisError(url: string, error: unknown): Error {
  const line = `the queue ${urlWithoutSecrets(url)}: ${redisProblem(error)}`
  const Kind = isRefused.test((error as Error).message) ? InputError : ExecutionError
  return new Kind(line, { cause: error })
}
