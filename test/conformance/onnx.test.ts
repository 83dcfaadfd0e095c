import { makeEngine } from '#src/two-tower/engines/index.js'
import { conformance } from './engine.js'

conformance(() => makeEngine('onnx'))
