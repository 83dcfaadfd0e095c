import type { ChatModel } from '../chat-model.js'
import type { LlmConfig, LlmRuntime } from '../settings.js'

/** What a chat model tells while it answers. */
export interface ChatHooks {
  /** Told what a person should know, e.g. that the server asks to wait. */
  onNotice?: (line: string) => void
  /**
   * Called before each request of a question but its first, so that limits count it too; what it
   * throws ends the question.
   */
  further?: () => Promise<void>
}

/**
 * One kind of chat model: an entry of the registry `chatModels`. Deliberately not in it: limits,
 * retries and the answer store, which `chatModel` puts around any model.
 */
export interface ChatBackend {
  /** Name, as `llm.backend` takes it. */
  readonly name: string
  /** Whether its answers cost no money. Default: they may. */
  readonly free?: boolean
  /**
   * Whether its model sends one request for each question and throws a ProviderError where that
   * fails, so that `chatModel` tries again. Default: it is not asked again.
   */
  readonly triesOnce?: boolean
  /**
   * Whether these settings ask for it without naming it. Absent: it answers only where
   * `llm.backend` names it.
   */
  matches?(config: LlmConfig): boolean
  /**
   * Text that tells apart whatever gives other answers, e.g. a server's base URL. It is part of the
   * key of each stored answer; undefined: answers are computed again and never stored.
   * @throws ConfigError where a file that it needs is absent
   */
  fingerprint(config: LlmConfig): string | undefined
  /** Number of questions that are worth asking at the same time. */
  inFlight(config: LlmConfig, runtime: LlmRuntime): number
  /**
   * Makes the chat model.
   * @throws ConfigError where a setting that it needs is absent
   */
  make(config: LlmConfig, runtime: LlmRuntime, hooks?: ChatHooks): ChatModel
}
