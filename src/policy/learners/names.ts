/** Ways to learn a policy: four in action space, two in parameter space. */
export const learnerNames = ['reinforce', 'rloo', 'actor-critic', 'ppo', 'pgpe', 'cem'] as const

export type LearnerName = (typeof learnerNames)[number]
