import type { Message, Usage } from './chat-model.js'

/** Counts tokens of a text. */
export type CountTokens = (text: string) => number

/** OpenAI's o200k encoding, loaded on first use; other models count a little otherwise. */
export async function tokenizer(): Promise<CountTokens> {
  const { countTokens } = await import('./o200k.js')
  // A control token in the text of an item is text, as it is for the server.
  const asText = { disallowedSpecial: new Set<string>() }
  return (text) => countTokens(text, asText)
}

/** Tokens of a chat: 4 for each message's frame, 3 for the answer's. */
export async function promptTokens(messages: Message[]): Promise<number> {
  const count = await tokenizer()
  return messages.reduce((sum, { content }) => sum + count(content) + 4, 3)
}

/** The most tokens that a request uses, none of them cached. */
export async function mostUsage(messages: Message[], answerTokens: number): Promise<Usage> {
  return { prompt: await promptTokens(messages), completion: answerTokens, cached: 0 }
}
