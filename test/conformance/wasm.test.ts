import { wasmEngine } from '#src/two-tower/engines/wasm.js'
import { conformance } from './engine.js'

conformance(wasmEngine)
