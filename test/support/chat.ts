import { readSettings } from '#src/experiment/config.js'
import type { ChatModel } from '#src/llm/chat-model.js'
import { chatModel, type ChatOptions } from '#src/llm/model.js'

/** The chat model of these `llm` settings, as a person writes them: run-time ones among them. */
export function chat(settings: object, options: ChatOptions = {}): ChatModel {
  const { config, runtime } = readSettings({ llm: settings })
  return chatModel(config.llm, { runtime: runtime.llm, ...options })
}
