import { ConfigError } from '../../util/errors.js'
import type { LlmConfig } from '../settings.js'
import { ggufFingerprint, ggufModel } from '../gguf.js'
import type { ChatBackend } from './backend.js'

/** A GGUF model file in this process (`llm.gguf`), told apart by its content. */
export const ggufFile: ChatBackend = {
  name: 'gguf',
  free: true,
  matches: ({ gguf }) => gguf !== undefined,
  fingerprint: (config) => `gguf:${ggufFingerprint(fileOf(config))}`,
  inFlight: () => 1,
  make: (config) => ggufModel(fileOf(config)),
}

function fileOf({ gguf }: LlmConfig): string {
  if (gguf === undefined)
    throw new ConfigError('the chat model gguf needs a model file: --gguf FILE')
  return gguf
}
