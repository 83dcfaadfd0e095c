import { describe } from 'vitest'
import { makeEngine } from '#src/two-tower/engines/index.js'
import { conformance } from './engine.js'

describe('the engine onnx', () => conformance(() => makeEngine('onnx')))
