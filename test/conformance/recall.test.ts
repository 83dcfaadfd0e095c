import { describe, expect, it } from 'vitest'
import { synthesize } from '#src/dataset/synthetic.js'
import { average } from '#src/evaluation/evaluate.js'
import { meanAndError } from '#src/evaluation/statistics.js'
import { readConfig } from '#src/experiment/config.js'
import { Lab } from '#src/experiment/lab.js'
import { prepare } from '#src/experiment/prepare.js'
import { fixedPolicy } from '#src/policy/policy.js'
import { installedEngines, makeEngine } from '#src/two-tower/engines/index.js'
import { stream } from '#src/util/random.js'

const config = readConfig({ dataset: { synthetic: { users: 600, items: 500 } }, evaluation: { ks: [10] } })
const materials = prepare(synthesize(config.dataset.synthetic), config)
const users = fixedPolicy('random').select(materials.features, 100, stream(0, 'users'))
const seeds = Array.from({ length: 10 }, (_, seed) => seed)

/** Cold recall@10 on the validation half after a whole training with pairs, of each seed. */
async function recalls(engine: 'wasm' | 'onnx' | 'tfjs'): Promise<number[]> {
  const made = makeEngine(engine)
  const found: number[] = []
  for (const seed of seeds) {
    const lab = new Lab(materials, made, seed)
    const { pairs } = await lab.augmenter.augment(users)
    found.push(lab.evaluate(lab.train(pairs), 'validation').cold.mean['recall@10'])
  }
  return found
}

const wasm = await recalls('wasm')

describe.each(['onnx', 'tfjs'] as const)('%s', (engine) => {
  it.skipIf(!installedEngines().includes(engine))('cold recall of ten seeds is that of wasm within noise, and the same bits again', async () => {
    const own = await recalls(engine)
    const difference = own.map((recall, s) => recall - wasm[s])
    // Both see the same batches: what differs is rounding, far less than what seeds do.
    const { standardError } = meanAndError(wasm)
    expect(standardError).toBeGreaterThan(0)
    expect(Math.abs(average(difference))).toBeLessThan(standardError)
    expect(await recalls(engine)).toEqual(own)
  })
})
