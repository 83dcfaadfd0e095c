import { describe, expect, it } from 'vitest'
import { synthesize } from '#src/dataset/synthetic.js'
import { meanAndError, average } from '#src/util/statistics.js'
import { readConfig } from '#src/experiment/config.js'
import { Trial } from '#src/experiment/trial.js'
import { setUp } from '#src/experiment/setup.js'
import { fixedPolicy } from '#src/policy/policy.js'
import { installedEngines, makeEngine } from '#src/two-tower/engines/index.js'
import { stream } from '#src/util/random.js'

const config = readConfig({
  dataset: { synthetic: { users: 600, items: 500 } },
  evaluation: { ks: [10] },
})
const setup = setUp(synthesize(config.dataset.synthetic), config)
const users = fixedPolicy('random').select(setup.features, 100, stream(0, 'users'))
const seeds = Array.from({ length: 10 }, (_, seed) => seed)

/** Cold recall@10 on the validation half after a whole training with pairs, of each seed. */
async function recalls(engine: 'wasm' | 'onnx' | 'tfjs'): Promise<number[]> {
  const made = makeEngine(engine)
  const found: number[] = []
  for (const seed of seeds) {
    const trial = new Trial(setup, { engine: made, seed })
    const { pairs } = await trial.ask(users)
    found.push(trial.evaluate(trial.train(pairs), 'validation').cold.mean['recall@10'])
  }
  return found
}

const wasm = await recalls('wasm')

describe.each(['onnx', 'tfjs'] as const)('the engine %s', (engine) => {
  it.skipIf(!installedEngines().includes(engine))(
    'has the cold recall of wasm within noise over ten seeds, and the same bits again',
    async () => {
      const own = await recalls(engine)
      const difference = own.map((recall, s) => recall - wasm[s])
      // Both see the same batches: what differs is rounding, far less than what seeds do.
      const { standardError } = meanAndError(wasm)
      expect(standardError).toBeGreaterThan(0)
      expect(Math.abs(average(difference))).toBeLessThan(standardError)
      expect(await recalls(engine)).toEqual(own)
    },
  )
})
