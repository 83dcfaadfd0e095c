import { parentPort, workerData } from 'node:worker_threads'
import { Lab, type Materials } from '../experiment/lab.js'
import { noMemo } from '../experiment/memo.js'
import { makeEngine } from '../two-tower/engines/index.js'
import { readShared } from '../util/shared.js'
import type { BenchWork } from './bench.js'

const { materials, engine, pairs } = workerData as BenchWork
const lab = new Lab(readShared(materials) as Materials, makeEngine(engine), 0, { memo: noMemo })

parentPort!.on('message', () => {
  lab.train(pairs)
  parentPort!.postMessage('trained')
})
