import { describe, expect, it } from 'vitest'
import { syntheticConfig } from '#src/dataset/config.js'
import { synthesize } from '#src/dataset/synthetic.js'
import { readConfig } from '#src/experiment/config.js'
import { Lab } from '#src/experiment/lab.js'
import { deploy, logitsOf, trainingsToLearn, trainPolicy } from '#src/experiment/policy-training.js'
import { prepare } from '#src/experiment/prepare.js'
import { linearScorer } from '#src/policy/scorer.js'
import { wasmEngine } from '#src/two-tower/engines/wasm.js'
import { chatServer } from '../support/chat-server.js'

const dataset = synthesize(syntheticConfig.parse({ users: 300, items: 400 }))

function lab(policy: object, llm: object = {}): Lab {
  const config = readConfig({ policy: { budget: 15, runs: 2, iterations: 2, episodes: 4, rewardK: 10, ...policy }, llm, model: { epochs: 1 }, augmentation: { pairsPerUser: 3 } })
  return new Lab(prepare(dataset, config), wasmEngine(), 1)
}

describe('trainPolicy', () => {
  it('makes the trainings it says, the same again, and selects the budget', async () => {
    for (const learner of ['pgpe', 'reinforce']) {
      const own = lab({ learner })
      let trainings = 0
      const learned = await trainPolicy(own, () => trainings++)
      expect(trainings).toBe(trainingsToLearn(own.materials))
      expect(learned.runs.map(({ rewards, overlaps }) => [rewards.length, overlaps.length])).toEqual([[2, 1], [2, 1]])
      expect(await trainPolicy(lab({ learner }))).toEqual(learned)
      const users = deploy(own, learned)
      expect(new Set(users).size).toBe(15)
      expect(deploy(lab({ learner, deploy: 'sample' }), learned)).not.toEqual(users)
    }
  })

  it('asks nobody outside its pool', async () => {
    const learned = await trainPolicy(lab({ pool: 30 }))
    expect(learned.usersAsked).toBeLessThanOrEqual(30)
    expect((await trainPolicy(lab({}))).usersAsked).toBeGreaterThan(30)
  })

  it('with the offline judge puts no question to the chat server', async () => {
    const { url, requests } = await chatServer(() => '1')
    const free = await trainPolicy(lab({ judge: 'offline' }, { url, model: 'm' }))
    expect(requests).toHaveLength(0)
    expect(free).toEqual(await trainPolicy(lab({})))
  })

  it('averages the standardised logits of its runs, so that no run speaks louder', () => {
    const { features } = lab({}).materials
    const width = features.names.length
    const weights = (scale: number, j: number) => Array.from({ length: width + 1 }, (_, k) => (k === j ? scale : 0))
    const run = (w: number[]) => ({ weights: w, path: [], rewards: [], deviations: [], overlaps: [], effectiveUsers: 0, entropy: 0 })
    const both = (scale: number) => logitsOf({ features: features.names, runs: [run(weights(scale, 0)), run(weights(1, 1))], usersAsked: 0, trainings: 0 }, linearScorer, features)
    both(1).forEach((logit, k) => expect(logit).toBeCloseTo(both(100)[k], 9))
  })
})
