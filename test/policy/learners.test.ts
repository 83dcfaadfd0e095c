import { describe, expect, it } from 'vitest'
import { policyConfig, type PolicyConfig } from '#src/policy/config.js'
import type { Episode, Learner } from '#src/policy/learner.js'
import { learners } from '#src/policy/learners/index.js'
import { leaveOneOutMeans } from '#src/policy/learners/rloo.js'
import { addPolicyGradient } from '#src/policy/policy-gradient.js'
import { ranks } from '#src/policy/ranks.js'
import { scorerOf, scorers } from '#src/policy/scorers/index.js'
import { linearScorer } from '#src/policy/scorers/linear.js'
import { sampleWalk, sigmoid, topPositions } from '#src/policy/selection.js'
import { stream } from '#src/util/random.js'
import { featuresOf } from '../support/features.js'

const rng = stream(5)
const features = featuresOf(
  Array.from({ length: 60 }, () => [rng.normal(), rng.normal(), rng.normal()]),
)

describe.each(scorers.entries())('scorer $name', ({ make, settings }) => {
  const scorer = make(policyConfig.parse({ hiddenUnits: 4 }))
  const theta = Float64Array.from({ length: scorer.size(3) }, () => rng.normal())
  const differences = (f: (weights: Float64Array) => number) =>
    Array.from(
      theta,
      (_, j) =>
        (f(theta.map((w, i) => (i === j ? w + 1e-5 : w))) -
          f(theta.map((w, i) => (i === j ? w - 1e-5 : w)))) /
        2e-5,
    )
  const close = (values: number[]) => values.map((x) => expect.closeTo(x, 6) as number)

  it('has the gradient of its logit, by finite differences', () => {
    const gradient = new Float64Array(theta.length)
    scorer.addGradient(features, theta, 7, 2, gradient)
    expect([...gradient]).toEqual(
      close(differences((weights) => 2 * scorer.logits(features, weights)[7])),
    )
  })

  it('gives a walk the gradient of its log-probability, by finite differences', () => {
    const temperature = 0.7
    const logits = scorer.logits(features, theta)
    const walk = sampleWalk(logits, 20, temperature, stream(1))
    const logPi = (weights: Float64Array) => {
      const own = scorer.logits(features, weights)
      return [...walk.visited].reduce(
        (sum, k, t) =>
          sum + Math.log(sigmoid(((walk.accepted[t] ? 1 : -1) * own[k]) / temperature)),
        0,
      )
    }
    const gradient = new Float64Array(theta.length)
    addPolicyGradient({ features, scorer, theta, temperature }, logits, walk, () => 1, gradient)
    expect([...gradient]).toEqual(close(differences(logPi)))
  })

  it('reads hiddenUnits where it lists that setting', () => {
    const other = make(policyConfig.parse({ hiddenUnits: 5 }))
    expect(other.size(3) !== scorer.size(3)).toBe(settings.includes('hiddenUnits'))
  })
})

/** A bandit with a known answer: the second feature is what a user pays. */
const pays = features.raw[1]

function learn(config: PolicyConfig): Learner {
  const learner = learners
    .get(config.learner)
    .make(features, scorerOf(config), config, stream(1, config.learner))
  for (let iteration = 0; iteration < config.iterations; iteration++)
    learner.update(play(learner, config, iteration))
  return learner
}

function play(learner: Learner, config: PolicyConfig, iteration: number): Episode[] {
  return learner.propose().map((proposal, m) => {
    const top = topPositions(proposal.logits, config.budget)
    const walk =
      proposal.draw === 'walk'
        ? sampleWalk(proposal.logits, config.budget, config.temperature, stream(iteration, m))
        : { taken: top, visited: top, accepted: new Uint8Array(top.length).fill(1) }
    const userReward = new Float64Array(60)
    for (const k of walk.taken) userReward[k] = pays[k]
    return {
      proposal,
      walk,
      userReward,
      reward: walk.taken.reduce((sum, k) => sum + pays[k], 0) / config.budget,
    }
  })
}

/** All settings that some learner lists, each with a value that is not the default. */
const others: Partial<PolicyConfig> = {
  learningRate: 0.3,
  credit: 'user',
  baselineDecay: 0.1,
  ppoEpochs: 2,
  clipRatio: 0.01,
  sigma: 0.4,
  sigmaDecay: 0.5,
  eliteShare: 0.6,
}

describe.each(learners.entries())('learner $name', ({ name: learner, space, settings }) => {
  const size =
    space === 'parameter' ? { iterations: 12, episodes: 12 } : { iterations: 40, episodes: 20 }
  it.each(settings.includes('credit') ? (['set', 'user'] as const) : (['set'] as const))(
    'finds the users who pay, with credit %s',
    (credit) => {
      const learned = learn(policyConfig.parse({ learner, credit, budget: 15, ...size }))
      const best = new Set(topPositions(pays, 15))
      const found = topPositions(learned.logits(), 15).filter((k) => best.has(k)).length
      // 15 of 60 at random would find 3.75.
      expect(found).toBeGreaterThanOrEqual(9)
    },
  )

  it('reads the settings that it lists, and none that only other learners list', () => {
    const config = policyConfig.parse({ learner, budget: 15, iterations: 3, episodes: 8 })
    const weights = (more: object) => [...learn({ ...config, ...more }).weights()]
    const read = Object.entries(others)
      .filter(([name, value]) => `${weights({ [name]: value })}` !== `${weights({})}`)
      .map(([name]) => name)
    expect(read.sort()).toEqual([...settings].sort())
  })

  it('learns with hidden units too', () => {
    const learned = learn(
      policyConfig.parse({ learner, scorer: 'mlp', hiddenUnits: 4, budget: 15, ...size }),
    )
    const taken = topPositions(learned.logits(), 15)
    expect(taken.reduce((sum, k) => sum + pays[k], 0) / 15).toBeGreaterThan(0.6)
  })
})

describe('a special case', () => {
  const config = policyConfig.parse({
    budget: 15,
    iterations: 3,
    episodes: 8,
    credit: 'set',
    learner: 'reinforce',
  })

  it('makes PPO with one epoch and no clip REINFORCE', () => {
    const ppo = learn({ ...config, learner: 'ppo', ppoEpochs: 1, clipRatio: null })
    expect([...ppo.weights()]).toEqual(
      [...learn(config).weights()].map((x) => expect.closeTo(x, 10) as number),
    )
    expect(ppo.weights()).not.toEqual(learn({ ...config, learner: 'ppo' }).weights())
  })

  it('makes RLOO with M episodes REINFORCE about their mean, M / (M - 1) times as far', () => {
    const one = { ...config, iterations: 1 }
    const scaled = learn(one)
      .weights()
      .map((w) => (w * 8) / 7)
    expect([...learn({ ...one, learner: 'rloo' }).weights()]).toEqual(
      [...scaled].map((x) => expect.closeTo(x, 10) as number),
    )
    const rewards = [3, -1, 4, 1.5]
    const advantages = leaveOneOutMeans(rewards).map((b, m) => rewards[m] - b)
    expect(advantages.reduce((sum, A) => sum + A, 0)).toBeCloseTo(0, 12)
  })

  it('makes actor-critic on features of 0 REINFORCE about the visit-weighted mean', () => {
    const blank = featuresOf(Array.from({ length: 60 }, () => [0]))
    const make = (learner: string) =>
      learners
        .get(learner)
        .make(blank, linearScorer, policyConfig.parse({ ...config, learner }), stream(1))
    const [critic, plain] = [make('actor-critic'), make('reinforce')]
    const episodes = [1, 2, 3].map((reward, m) => {
      const [proposal] = plain.propose()
      const visited = Int32Array.from({ length: 15 }, (_, k) => k + m)
      return {
        proposal,
        reward,
        userReward: new Float64Array(60),
        walk: { taken: visited, visited, accepted: new Uint8Array(15).fill(1) },
      }
    })
    critic.update(episodes)
    plain.update(episodes)
    expect(critic.weights()[1]).toBeCloseTo(plain.weights()[1], 6)
  })

  it('leaves PGPE where it is when all rewards are equal', () => {
    const learner = learners
      .get('pgpe')
      .make(features, linearScorer, policyConfig.parse({ ...config, learner: 'pgpe' }), stream(1))
    learner.update(play(learner, config, 0).map((episode) => ({ ...episode, reward: 1 })))
    expect([...learner.weights()]).toEqual([0, 0, 0, 0])
  })
})

describe('a custom learner', () => {
  it('can be chosen by name once it is added', () => {
    expect(policyConfig.safeParse({ learner: 'still' }).error?.issues[0].message).toBe(
      'unknown learner; known: reinforce, rloo, actor-critic, ppo, pgpe or cem',
    )
    const { make } = learners.get('pgpe')
    learners.add({
      name: 'still',
      space: 'parameter',
      settings: [],
      make: (...inputs) => ({ ...make(...inputs), update: () => undefined }),
    })
    const config = policyConfig.parse({ learner: 'still', budget: 15 })
    expect([...learn(config).weights()]).toEqual([0, 0, 0, 0])
  })
})

describe('ranks', () => {
  it('run from -1 to 1, and ties share the mean of theirs', () => {
    expect(ranks([5, 1, 3])).toEqual([1, -1, 0])
    expect(ranks([2, 2, 7])).toEqual([-0.5, -0.5, 1])
    expect(ranks([4])).toEqual([0])
  })
})
