import type { Message } from './chat-model.js'

/** Counts tokens of a text. */
export type CountTokens = (text: string) => number

/** OpenAI's o200k encoding, loaded on first use; other models count a little otherwise. */
export async function tokenizer(): Promise<CountTokens> {
  const { countTokens } = await import('gpt-tokenizer')
  return (text) => countTokens(text)
}

/** Tokens of a chat: 4 for each message's frame, 3 for the answer's. */
export async function promptTokens(messages: Message[]): Promise<number> {
  const count = await tokenizer()
  return messages.reduce((sum, { content }) => sum + count(content) + 4, 3)
}
