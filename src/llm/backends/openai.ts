import { urlWithoutSecrets } from '../../util/secrets.js'
import { openaiChat, serverOf } from '../openai-chat.js'
import { withRetries } from '../retries.js'
import type { ChatBackend } from './backend.js'

/** A server with OpenAI's chat API (`llm.url`, `llm.model`), told apart by its base URL. */
export const openaiServer: ChatBackend = {
  name: 'openai',
  matches: ({ url }) => url !== undefined,
  fingerprint: ({ url }) => url && urlWithoutSecrets(url),
  inFlight: (_, { concurrency }) => concurrency,
  make(config, runtime, onNotice) {
    const server = serverOf(config, runtime, onNotice)
    return withRetries(openaiChat(server, config), runtime, onNotice)
  },
}
