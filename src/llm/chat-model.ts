/** One message of a chat. */
export interface Message {
  role: 'system' | 'user'
  content: string
}

/** What came back, and how sure the model was of its first token. */
export interface Completion {
  text: string
  /** Log-probability (nats) of the most probable first tokens, where the server gives them. */
  firstToken?: Map<string, number>
}

/**
 * A chat model behind a server or beside us. Deliberately not in it: what is asked and what an answer means
 * (augmentation), which answers are kept.
 */
export interface ChatModel {
  /** Shown in tables; says what it is, e.g. `offline-reader` or a model's name on a server. */
  readonly name: string
  /** Whether it runs here for free, without any language model. */
  readonly offline: boolean
  /** @throws ProviderError when no answer could be had. */
  complete(messages: Message[], options: { maxTokens: number; signal?: AbortSignal }): Promise<Completion>
}
