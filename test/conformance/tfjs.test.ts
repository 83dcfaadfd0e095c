import { describe } from 'vitest'
import { makeEngine } from '#src/two-tower/engines/index.js'
import { findPackage } from '#src/two-tower/engines/optional.js'
import { conformance } from './engine.js'

const installed = findPackage('@tensorflow/tfjs-node')

describe.skipIf(!installed)(installed ? 'tfjs' : 'tfjs: skipped, @tensorflow/tfjs-node is not installed (npm run setup:tfjs-node)', () => {
  if (installed) conformance(() => makeEngine('tfjs'))
})

// In plain TensorFlow.js where tfjs-node is missing.
describe('tfjs-autodiff', () => conformance(() => makeEngine('tfjs-autodiff')))
