import { type Setup } from '../experiment/setup.js'
import { parentPort, workerData } from 'node:worker_threads'
import { Trial } from '../experiment/trial.js'
import { noMemo } from '../experiment/memo.js'
import { makeEngine } from '../two-tower/engines/index.js'
import { readShared } from '../util/shared.js'
import type { BenchWork } from './bench-threads.js'
import { end } from './end-threads.js'

const { setup, engine, pairs } = workerData as BenchWork
const trial = new Trial(readShared(setup) as Setup, { engine: makeEngine(engine), memo: noMemo })

parentPort!.on('message', (message: string) => {
  if (message === end) process.exit(0)
  trial.train(pairs)
  parentPort!.postMessage('trained')
})
