import type { MakeLearner } from '../learner.js'
import { actorCritic } from './actor-critic.js'
import { cem } from './cem.js'
import type { LearnerName } from './names.js'
import { pgpe } from './pgpe.js'
import { ppo } from './ppo.js'
import { reinforce } from './reinforce.js'
import { rloo } from './rloo.js'

export const learners: Record<LearnerName, MakeLearner> = { reinforce, rloo, 'actor-critic': actorCritic, ppo, pgpe, cem }
