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
  /** Tokens, where the server counts them. */
  usage?: { prompt: number; completion: number; cached: number }
  /** The server's own mark of the model that answered, where it gives one. */
  fingerprint?: string
}

export interface AskOptions {
  maxTokens: number
  /** Version of the prompt's wording: another version is another question. */
  promptVersion?: string
  signal?: AbortSignal
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
  /**
   * @throws GaveUpError when this question got no answer, though others may
   * @throws ProviderError when none will
   */
  complete(messages: Message[], options: AskOptions): Promise<Completion>
  /**
   * log P(text | context), nats, of each of the texts; only back-ends that know the probabilities of a prompt's own tokens
   * have it. The context is read once for all texts.
   */
  logLikelihoods?(context: string, texts: readonly string[], options: Omit<AskOptions, 'maxTokens'>): Promise<number[]>
}
