import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { llmConfig } from '#src/llm/config.js'
import { chatModel } from '#src/llm/model.js'
import { start, understudy } from '../support/command.js'
import { folderOf } from '../support/files.js'
import { atHand, gemma, needs, smol } from '../support/gguf.js'

const small = ['--set', 'dataset.synthetic={"users":200,"items":200}']

it('a model file that is broken or missing ends augment with a line that says what to do', () => {
  const folder = folderOf({ 'no.gguf': 'not a model' })
  const missing = understudy(
    'augment',
    '--policy',
    'random',
    '--users',
    '2',
    '--gguf',
    join(folder, 'missing.gguf'),
    ...small,
  )
  expect(missing.status).toBe(2)
  expect(missing.stderr).toMatch(/there is no model file .*npm run models/)
  const broken = understudy(
    'augment',
    '--policy',
    'random',
    '--users',
    '2',
    '--gguf',
    join(folder, 'no.gguf'),
    '--answers',
    join(folder, 'a'),
    ...small,
  )
  expect(broken.status).toBeGreaterThan(0)
  expect(broken.stderr).toMatch(
    /is it a GGUF model\?|needs the package node-llama-cpp.*npm install/,
  )
})

describe(`SmolLM2 135M, a chat model${needs(smol)}`, () => {
  it.skipIf(!atHand(smol))(
    'answers 1 or 2 with probabilities',
    async () => {
      const model = chatModel(llmConfig.parse({ gguf: smol }))
      const { text, firstToken } = await model.complete(
        [{ role: 'user', content: 'Answer with the digit 2 and nothing else.' }],
        { maxTokens: 1 },
      )
      const [one, two] = [firstToken!.get('1')!, firstToken!.get('2')!]
      expect(text).toBe(one > two ? '1' : '2')
      expect(Math.exp(one) + Math.exp(two)).toBeGreaterThan(0.01)
      expect(Math.exp(one) + Math.exp(two)).toBeLessThanOrEqual(1)
    },
    120_000,
  )

  it.skipIf(!atHand(smol))(
    'fails its audit, since its answers depend only on the order of the items',
    async () => {
      const { stdout } = await start(
        'audit',
        '--gguf',
        smol,
        '--questions',
        '20',
        '--answers',
        folderOf({}),
        ...small,
        '--set',
        'augmentation.historyTokens=60',
        '--set',
        'evaluation.ks=[5]',
        '--set',
        'policy={"budget":10,"rewardK":5}',
        '--json',
      ).ended
      expect(JSON.parse(stdout)).toMatchObject({
        judge: 'SmolLM2-135M-Instruct.Q4_1.gguf',
        passed: false,
        verdict: 'the answers depend only on the order of the items: do not pay for this judge',
      })
    },
    240_000,
  )
})

describe(`Gemma 3 270M, a base model${needs(gemma)}`, () => {
  it.skipIf(!atHand(gemma))(
    'gives likely words a high likelihood, alone as in company, by the chain rule',
    async () => {
      const model = chatModel(llmConfig.parse({ gguf: gemma }))
      const context = 'Monday, Tuesday, Wednesday, Thursday,'
      const [friday, sunday] = await model.logLikelihoods!(context, [' Friday', ' Potato'], {})
      expect(friday).toBeGreaterThan(-1)
      expect(sunday).toBeLessThan(friday - 5)
      const [again] = await model.logLikelihoods!(context, [' Friday'], {})
      expect(again).toBeCloseTo(friday, 1)
      // The chain rule: log P(a b | c) = log P(a | c) + log P(b | c a).
      const [both] = await model.logLikelihoods!(context, [' Friday, Saturday'], {})
      const [rest] = await model.logLikelihoods!(`${context} Friday`, [', Saturday'], {})
      expect(both).toBeCloseTo(friday + rest, 0)
    },
    120_000,
  )
})
