import { nameIn } from '../util/registry-name.js'
import { learners } from './learners/index.js'
import { scorers } from './scorers/index.js'
import { policySettings } from './settings.js'

export type { PolicyConfig } from './settings.js'

/** Settings of a policy; learner and scorer are names of the registries. */
export const policyConfig = policySettings.extend({
  learner: nameIn(learners).default('pgpe'),
  scorer: nameIn(scorers).default('linear'),
})
