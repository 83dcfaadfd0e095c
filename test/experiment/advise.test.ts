import { expect, it } from 'vitest'
import { syntheticConfig } from '#src/dataset/config.js'
import { synthesize } from '#src/dataset/synthetic.js'
import { advise } from '#src/experiment/advise.js'
import { readConfig } from '#src/experiment/config.js'
import { prepare } from '#src/experiment/prepare.js'
import { wasmEngine } from '#src/two-tower/engines/wasm.js'
import { chatServer } from '../support/chat-server.js'

it('asks the judge the questions of its audit and no more; a judge of positions is refused', async () => {
  const { url, requests } = await chatServer(() => '1')
  const config = readConfig({ policy: { budget: 20, rewardK: 10 }, evaluation: { ks: [10] }, model: { epochs: 2 }, contentMap: { rank: 16 }, llm: { url, model: 'always-1' } })
  const materials = prepare(synthesize(syntheticConfig.parse({ users: 400, items: 400 })), config)
  const advice = await advise(materials, 'always-1', wasmEngine(), { repetitions: 2, auditQuestions: 100 })
  expect(requests.length).toBe(200)
  expect(advice.ask).toBe(false)
  expect(advice.verdict).toMatch(/cannot be told from chance: do not pay/)
  expect(advice.recall.contentMap).toBeGreaterThan(advice.recall.chance)
  const best = Math.max(...advice.gains.filter(({ accuracy }) => accuracy === 0.95).map(({ gain }) => gain))
  expect(best).toBeGreaterThan(0.02)
})
