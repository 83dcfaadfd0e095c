import { registry } from '../../util/registry.js'
import type { LearnerKind } from '../learner.js'
import { actorCritic } from './actor-critic.js'
import { cem } from './cem.js'
import { pgpe } from './pgpe.js'
import { ppo } from './ppo.js'
import { reinforce } from './reinforce.js'
import { rloo } from './rloo.js'

/**
 * Registry of the learners. In action space: `reinforce`, `rloo` (leave-one-out baseline),
 * `actor-critic`, `ppo`. In parameter space: `pgpe` (the default) and `cem`. Sources of the
 * algorithms: their files in src/policy/learners.
 * @example
 * const { policy } = setup.config
 * const learner = learners
 *   .get('pgpe')
 *   .make(setup.features, scorerOf(policy), policy, stream(0, 'learner'))
 */
export const learners = registry<LearnerKind>('learner', [
  reinforce,
  rloo,
  actorCritic,
  ppo,
  pgpe,
  cem,
])
