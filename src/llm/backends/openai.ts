import { urlWithoutSecrets } from '../../util/secrets.js'
import { openaiChat, serverOf } from '../openai-chat.js'
import type { ChatBackend } from './backend.js'

/** A server with OpenAI's chat API (`llm.url`, `llm.model`), told apart by its base URL. */
export const openaiServer: ChatBackend = {
  name: 'openai',
  matches: ({ url }) => url !== undefined,
  fingerprint: ({ url }) => url && urlWithoutSecrets(url),
  inFlight: (_, { concurrency }) => concurrency,
  triesOnce: true,
  make: (config, runtime, hooks) => openaiChat(serverOf(config, runtime, hooks), config),
}
