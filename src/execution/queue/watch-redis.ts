import type { Redis } from 'ioredis'
import { urlWithoutSecrets } from '../../util/secrets.js'
import { redisProblem } from './redis.js'

/** Time between two looks at whether a Redis answers, milliseconds. */
const interval = 5000

/** What is told of a Redis while it is used. */
export interface RedisWatch {
  /** Says what it refused, once until something else happens. */
  refused(error: unknown): void
  stop(): void
}

/** Says when a Redis does not answer or refuses something, and when it is back. */
export function watchRedis(
  redis: Redis,
  url: string,
  say: (line: string) => void = () => undefined,
): RedisWatch {
  const name = `the queue ${urlWithoutSecrets(url)}`
  let waiting: string | undefined
  const wait = (why: string) => {
    if (why !== waiting) say(`${name}: ${why}; waiting for it, nothing is lost`)
    waiting = why
  }
  const back = () => {
    if (waiting !== undefined) say(`${name} is back`)
    waiting = undefined
  }
  let asked = false
  const timer = setInterval(() => {
    if (asked) return wait('it does not answer')
    asked = true
    // A write: one that is full or read-only answers everything else.
    redis
      .set('understudy:probe', '', 'PX', 1)
      .then(back, (error: unknown) => wait(redisProblem(error)))
      .finally(() => (asked = false))
  }, interval)
  timer.unref()
  const onClose = () => wait('the connection is lost')
  redis.on('close', onClose)
  return {
    refused: (error) => wait(redisProblem(error)),
    stop() {
      clearInterval(timer)
      redis.off('close', onClose)
    },
  }
}
