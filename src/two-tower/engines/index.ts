import { registry } from '../../util/registry.js'
import type { TwoTowerConfig } from '../config.js'
import type { Engine } from '../engine.js'
import { type EngineRecord, isInstalled, withPackage } from './engine-record.js'
import { onnx } from './onnx.js'
import { tfjsAutodiff } from './autodiff.js'
import { tfjs } from './tfjs.js'
import { wasm } from './wasm.js'

const builtIn: readonly EngineRecord[] = [wasm, onnx, tfjs, tfjsAutodiff]

/**
 * Registry of the engines: `wasm`, `onnx`, `tfjs` and `tfjs-autodiff`. The `Engine.name` of an
 * engine is part of a result's provenance: it must change with whatever changes the engine's
 * numbers.
 * @example
 * engines.add({ name: 'mine', make: () => ({ ...wasmEngine(), name: 'mine 1', train: mine }) })
 */
export const engines = registry('engine', builtIn)

/** Names of the engines that can be made here. */
export function installedEngines(): string[] {
  return engines
    .entries()
    .filter(isInstalled)
    .map(({ name }) => name)
}

/**
 * Makes an engine and loads what it needs. Engines are not shared between threads: make one in
 * each.
 * @param name - of the registry `engines`
 * @throws ConfigError for an unknown name, or one that says how to install what is missing
 * @example
 * const engine = makeEngine('wasm')
 */
export function makeEngine(name: string): Engine {
  const engine = engines.get(name)
  return engine.needs ? withPackage(name, engine.needs, engine.make) : engine.make()
}

/**
 * Finds the engine that a name means, and why: `auto` is the last engine in the registry that has a
 * reason to be taken for this model, or `wasm` where that one is not installed.
 * @throws ConfigError for an unknown name
 */
export function chooseEngine(
  name: string,
  config: TwoTowerConfig,
): { name: string; reason: string } {
  if (name !== 'auto') return { name: engines.get(name).name, reason: 'as asked for' }
  const claims = engines.entries().flatMap((engine) => {
    const reason = engine.auto?.(config)
    return reason === undefined ? [] : [{ engine, reason }]
  })
  // `wasm` claims every model.
  const { engine, reason } = claims.at(-1)!
  return { name: (isInstalled(engine) ? engine : wasm).name, reason }
}
