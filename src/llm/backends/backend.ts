import type { ChatModel } from '../chat-model.js'
import type { LlmConfig, LlmRuntime } from '../settings.js'

/**
 * One kind of chat model: an entry of the registry `chatModels`. Deliberately not in it: limits and
 * the answer store, which `chatModel` puts around any model.
 */
export interface ChatBackend {
  /** Name, as `llm.backend` takes it. */
  readonly name: string
  /** Whether its answers cost no money. Default: they may. */
  readonly free?: boolean
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
   * @param onNotice - told what a person should know, e.g. that the server asks to wait
   * @throws ConfigError where a setting that it needs is absent
   */
  make(config: LlmConfig, runtime: LlmRuntime, onNotice?: (line: string) => void): ChatModel
}
