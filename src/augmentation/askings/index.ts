import { registry } from '../../util/registry.js'
import type { Asking } from './asking.js'
import { choice } from './choice.js'
import { likelihood } from './likelihood.js'

/**
 * Registry of the ways of asking: `choice` (which of two, 1 or 2) and `likelihood` (how much
 * likelier the history makes each item's text).
 */
export const askings = registry<Asking>('way of asking', [choice, likelihood])
