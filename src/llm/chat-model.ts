/** One message of a chat. */
export interface Message {
  role: 'system' | 'user'
  content: string
}

/** Tokens of a question and its answer. */
export interface Usage {
  /** Tokens of the prompt. */
  prompt: number
  /** Tokens of the answer. */
  completion: number
  /** The part of `prompt` that the server had cached. */
  cached: number
}

/** An answer, and how sure the model was of its first token. */
export interface Completion {
  text: string
  /**
   * Log-probabilities (nats) of the most probable first tokens, by token; absent where the model
   * gives none.
   */
  firstToken?: Map<string, number>
  /** Tokens used; absent where the server does not count them. */
  usage?: Usage
  /** The server's own mark of the model that answered; absent where it gives none. */
  fingerprint?: string
}

/** How a question is put to a chat model. */
export interface AskOptions {
  /** Most tokens of the answer. */
  maxTokens: number
  /** Version of the prompt's wording: another version is another question. */
  promptVersion?: string
  /** Stops the wait for an answer. */
  signal?: AbortSignal
}

/**
 * A chat model on a server or in this process. Deliberately not in it: what is asked, what an
 * answer means, which answers are kept. test/conformance/chat-model.ts tests an implementation.
 */
export interface ChatModel {
  /** Name in tables and keys, e.g. the model's name on its server. */
  readonly name: string
  /** Whether it runs here for free, without any language model. */
  readonly offline: boolean
  /**
   * Answers one question; several may be asked at the same time.
   * @throws GaveUpError when this question gets no answer, though others may; ProviderError when
   * none will; InterruptedError when the signal has fired
   */
  complete(messages: Message[], options: AskOptions): Promise<Completion>
  /**
   * log P(text | context) of each text, nats [texts.length]. Only models that know the
   * probabilities of a prompt's own tokens have this method. The context is read once for all
   * texts.
   * @throws as `complete` does
   */
  logLikelihoods?(
    context: string,
    texts: readonly string[],
    options: Omit<AskOptions, 'maxTokens'>,
  ): Promise<number[]>
}
