import { describe, expect, it } from 'vitest'
import { policyConfig } from '#src/policy/config.js'
import { addPolicyGradient, reinforce } from '#src/policy/learners/reinforce.js'
import { linearScorer } from '#src/policy/scorer.js'
import { sampleWalk, sigmoid, topPositions } from '#src/policy/selection.js'
import { stream } from '#src/util/random.js'
import { featuresOf } from '../support/features.js'

const rng = stream(5)
const features = featuresOf(Array.from({ length: 60 }, () => [rng.uniform(), rng.uniform(), rng.uniform()]))

describe('addPolicyGradient', () => {
  it('is the gradient of log pi of the walk, by finite differences', () => {
    const theta = Float64Array.of(0.4, -1, 0.7, 0.2)
    const temperature = 0.7
    const logits = linearScorer.logits(features, theta)
    const walk = sampleWalk(logits, 20, temperature, stream(1))
    const logPi = (weights: Float64Array) => {
      const own = linearScorer.logits(features, weights)
      return [...walk.visited].reduce((sum, k, t) => sum + Math.log(walk.accepted[t] ? sigmoid(own[k] / temperature) : 1 - sigmoid(own[k] / temperature)), 0)
    }
    const gradient = new Float64Array(4)
    addPolicyGradient(features, linearScorer, theta, { proposal: { logits, draw: 'walk' }, walk }, () => 1, temperature, gradient)
    theta.forEach((_, j) => {
      const moved = (by: number) => theta.map((w, i) => (i === j ? w + by : w))
      expect(gradient[j]).toBeCloseTo((logPi(moved(1e-5)) - logPi(moved(-1e-5))) / 2e-5, 6)
    })
  })
})

describe.each(['set', 'user'] as const)('reinforce with credit %s', (credit) => {
  it('finds the users who pay, in a bandit where the second feature is what pays', () => {
    const config = policyConfig.parse({ budget: 15, iterations: 60, episodes: 20, learningRate: credit === 'set' ? 3 : 1, credit })
    const learner = reinforce(features, linearScorer, config)
    const pays = features.raw[1].map((x) => x - 0.5)
    for (let iteration = 0; iteration < config.iterations; iteration++)
      learner.update(
        learner.propose().map((proposal, m) => {
          const walk = sampleWalk(proposal.logits, config.budget, config.temperature, stream(iteration, m))
          const userReward = new Float64Array(60)
          for (const k of walk.taken) userReward[k] = pays[k]
          return { proposal, walk, userReward, reward: walk.taken.reduce((sum, k) => sum + pays[k], 0) / config.budget }
        }),
      )
    const best = new Set(topPositions(pays, 15))
    const found = topPositions(learner.logits(), 15).filter((k) => best.has(k)).length
    // 15 of 60 at random would find 3.75.
    expect(found).toBeGreaterThanOrEqual(11)
  })
})
