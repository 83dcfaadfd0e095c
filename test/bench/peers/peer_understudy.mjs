// This project's engines under the peers' protocol. A whole training is timed, set-up and all; of
// the others only the steps.
import { createInterface } from 'node:readline'
import { makeEngine } from '#src/two-tower/engines/index.js'
import { readProblem } from './problem.mjs'

const engine = makeEngine(process.argv[2])
const problems = new Map()

for await (const folder of createInterface({ input: process.stdin })) {
  if (!problems.has(folder)) problems.set(folder, readProblem(folder))
  const { data, pairs, plan, config } = problems.get(folder)
  const before = performance.now()
  const { softmaxLoss, pairLoss } = engine.train(data, pairs, plan, config)
  process.stdout.write(
    JSON.stringify({ seconds: (performance.now() - before) / 1000, softmaxLoss, pairLoss }) + '\n',
  )
}
