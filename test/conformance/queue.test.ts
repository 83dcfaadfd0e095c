import { afterAll, afterEach, beforeAll, describe } from 'vitest'
import { queueExecutor } from '#src/execution/queue/queue.js'
import { type QueueWorker, startWorker } from '#src/execution/queue/queue-worker.js'
import { sharedFolder } from '../support/files.js'
import { hasRedis, startRedis, type TestRedis } from '../support/redis.js'
import { conformance } from './executor.js'

describe.skipIf(!hasRedis)('an executor of a queue', () => {
  const store = sharedFolder()
  let redis: TestRedis
  let worker: QueueWorker | undefined
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterEach(async () => {
    await worker?.stop(0)
    worker = undefined
  })
  afterAll(() => redis.end())

  conformance(async (imports = []) => {
    await worker?.stop(0)
    worker = undefined
    const { url } = redis
    worker = await startWorker({ url, imports, store, dataRoot: store, concurrency: 2 })
    return queueExecutor('wasm', { url })
  })
})
