import { registry } from '../../util/registry.js'
import type { LlmConfig } from '../settings.js'
import type { ChatBackend } from './backend.js'
import { ggufFile } from './gguf.js'
import { offlineReader } from './offline-reader.js'
import { openaiServer } from './openai.js'

/**
 * Registry of the kinds of chat models: `offline-reader`, `openai` (any server that speaks OpenAI's
 * protocol) and `gguf` (a model file in this process). `llm.backend` names one; where it is absent,
 * the last one that matches the settings answers, so a custom one goes before those of this
 * package.
 * @example
 * chatModels.add({
 *   name: 'always-first',
 *   fingerprint: () => undefined,
 *   inFlight: () => 8,
 *   make: () => ({ name: 'always-first', offline: false, complete: async () => ({ text: '1' }) }),
 * })
 * const model = chatModel({ backend: 'always-first' })
 */
export const chatModels = registry<ChatBackend>('chat model', [
  offlineReader,
  openaiServer,
  ggufFile,
])

/**
 * The way to the configured chat model: the one that `llm.backend` names, else the last that
 * matches.
 * @throws ConfigError for an unknown name, listing those that are known
 */
export function chatBackend(config: LlmConfig): ChatBackend {
  if (config.backend !== undefined) return chatModels.get(config.backend)
  return chatModels.entries().findLast((entry) => entry.matches?.(config)) ?? offlineReader
}
