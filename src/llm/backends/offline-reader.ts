import OpenAI from 'openai'
import { ConfigError, quote } from '../../util/errors.js'
import { Dialect } from '../dialect.js'
import { offlineFetch, offlineReaderName } from '../offline-reader.js'
import { openaiChat } from '../openai-chat.js'
import type { ChatBackend } from './backend.js'

/** The offline reader behind the `openai` client: answers whatever no other back-end does. */
export const offlineReader: ChatBackend = {
  name: 'offline-reader',
  free: true,
  matches: () => true,
  fingerprint: () => undefined,
  inFlight: (_, { concurrency }) => concurrency,
  make(config, { timeoutSeconds }) {
    const { backend, gguf, url, model } = config
    if (backend === undefined && gguf === undefined && url === undefined && model !== undefined)
      throw new ConfigError(`the model ${quote(model)} needs the server that has it: --llm-url URL`)
    const client = new OpenAI({
      baseURL: 'http://offline.invalid/v1',
      apiKey: 'none',
      maxRetries: 0,
      timeout: timeoutSeconds * 1000,
      fetch: offlineFetch(config.offline),
    })
    const server = {
      name: 'the offline reader',
      client,
      model: offlineReaderName(config.offline),
      dialect: new Dialect(),
      refuseCutPrompts: false,
    }
    return { ...openaiChat(server, config), offline: true }
  },
}
