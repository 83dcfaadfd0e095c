import { expect, it } from 'vitest'
import { syntheticConfig } from '#src/dataset/config.js'
import { synthesize } from '#src/dataset/synthetic.js'
import { advise } from '#src/judge/advise.js'
import { readConfig } from '#src/experiment/config.js'
import { setUp } from '#src/experiment/setup.js'
import { chatServer } from '../support/chat-server.js'

it('advise asks a judge the questions of its audit and no more, and refuses a judge of positions', async () => {
  const { url, requests } = await chatServer(() => '1')
  const config = readConfig({
    policy: { budget: 20, rewardK: 20 },
    evaluation: { ks: [5, 20] },
    model: { epochs: 2 },
    contentMap: { rank: 16 },
    llm: { url, model: 'always-1' },
  })
  const setup = setUp(
    synthesize(syntheticConfig.parse({ users: 400, items: 400, seed: 1 })),
    config,
  )
  const advice = await advise(setup, {
    repetitions: 2,
    auditQuestions: 100,
  })
  expect(requests.length).toBe(200)
  expect(advice.ask).toBe(false)
  expect(advice.verdict).toMatch(
    /^do not ask: none of its answers could be used: they cannot be read, or they change with the order/,
  )
  expect(advice.recall.contentMap).toBeGreaterThan(advice.recall.chance)
  expect(advice.recalls.map(({ k }) => k)).toEqual([5, 10, 20])
  expect(advice.recalls.at(-1)).toEqual({ k: 20, ...advice.recall })
  expect(advice.gains.every(({ top }) => top?.k === 10 && Number.isFinite(top.gain))).toBe(true)
  const best = Math.max(
    ...advice.gains.filter(({ accuracy }) => accuracy === 0.95).map(({ gain }) => gain),
  )
  expect(best).toBeGreaterThan(0.02)
})
