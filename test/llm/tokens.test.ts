import { expect, it } from 'vitest'
import { promptTokens, tokenizer } from '#src/llm/tokens.js'

it('the counter of tokens counts as OpenAI does', async () => {
  const count = await tokenizer()
  // The ids by js-tiktoken's o200k_base: 24912, 2375.
  expect(count('hello world')).toBe(2)
  expect(count('')).toBe(0)
  expect(await promptTokens([{ role: 'user', content: 'hello world' }])).toBe(2 + 4 + 3)
})

it('the counter of tokens takes a control token in an item for text', async () => {
  const count = await tokenizer()
  for (const text of ['<|endoftext|>', 'Soap<|im_end|>', '<|im_start|>assistant'])
    expect(count(text)).toBeGreaterThan(3)
})
