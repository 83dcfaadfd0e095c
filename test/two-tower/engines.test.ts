import { describe, expect, it } from 'vitest'
import { runExperiment } from '#src/execution/run-experiment.js'
import { twoTowerConfig } from '#src/two-tower/config.js'
import { isInstalled, withPackage } from '#src/two-tower/engines/engine-record.js'
import { chooseEngine, engines, makeEngine } from '#src/two-tower/engines/index.js'
import { wasmEngine } from '#src/two-tower/engines/wasm.js'
import { folderOf } from '../support/files.js'

const config = (batchSize: number) => twoTowerConfig.parse({ batchSize })
const nowhere = { find: () => undefined, install: 'npm install nowhere' }

describe('the registry of engines', () => {
  it('chooses wasm for small batches and onnx for large ones, and says why', () => {
    expect(chooseEngine('auto', config(255))).toEqual({
      name: 'wasm',
      reason: 'batches of 255 are small; the same bits on every machine',
    })
    const large = chooseEngine('auto', config(256))
    expect(large.name).toBe('onnx')
    expect(large.reason).toMatch(
      /^onnxruntime-node \S+ is installed, and faster for batches of 256$/,
    )
    expect(chooseEngine('tfjs', config(128))).toEqual({ name: 'tfjs', reason: 'as asked for' })
  })

  it('refuses an unknown name, and lists the known ones', () => {
    const message = /unknown engine "cuda"; known: wasm, onnx, tfjs or tfjs-autodiff/
    expect(() => makeEngine('cuda')).toThrow(message)
    expect(() => chooseEngine('cuda', config(128))).toThrow(message)
  })

  it('says how to install a package that is missing or broken', () => {
    expect(() => withPackage('far', nowhere, () => 1)).toThrow(
      'the engine far is not installed: npm install nowhere',
    )
    const found = { file: '/package.json', version: '1.0.0' }
    const load = () => {
      throw new Error('no such symbol\n  at ...')
    }
    expect(() => withPackage('far', { ...nowhere, find: () => found }, load)).toThrow(
      'the engine far cannot be loaded (no such symbol); install it again: npm install nowhere',
    )
  })

  it('takes a custom engine by name, and by auto where its rule says so and it can be made', () => {
    const mine = {
      name: 'mine',
      make: () => ({ ...wasmEngine(), name: 'mine 1' }),
      auto: ({ batchSize }: { batchSize: number }) =>
        batchSize > 1000 ? 'mine is best' : undefined,
    }
    engines.add(mine)
    expect(makeEngine('mine').name).toBe('mine 1')
    expect(chooseEngine('auto', config(1024))).toEqual({ name: 'mine', reason: 'mine is best' })
    expect(chooseEngine('auto', config(128)).name).toBe('wasm')
    expect(() => engines.add({ ...mine })).toThrow(/the engine "mine" exists already/)

    const far = { name: 'far', needs: nowhere, make: wasmEngine, auto: () => 'far would be best' }
    engines.add(far)
    expect(isInstalled(far)).toBe(false)
    expect(chooseEngine('auto', config(128))).toEqual({
      name: 'wasm',
      reason: 'far would be best',
    })
  })
  it('lets a custom engine run a whole experiment, and names it in the provenance', async () => {
    engines.add({ name: 'own', make: () => ({ ...wasmEngine(), name: 'own 1' }) })
    const settings = {
      engine: 'own',
      size: 'smoke' as const,
      seeds: [0],
      runs: folderOf({}),
      dataRoot: '',
    }
    const { result } = await runExperiment('feature-top-k', settings)
    expect(result.provenance.engine).toBe('own 1')
  })
})
