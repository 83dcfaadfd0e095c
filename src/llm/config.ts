import type { z } from 'zod'
import { nameIn } from '../util/registry-name.js'
import { chatModels } from './backends/index.js'
import { llmSettings } from './settings.js'

export {
  defaultLlmRuntime,
  type LlmConfig,
  type LlmRuntime,
  llmRuntimeConfig,
  type Price,
} from './settings.js'

/** Settings of a chat model that can change an answer; its backend is a name of the registry. */
export const llmConfig = llmSettings.extend({ backend: nameIn(chatModels).optional() })

/** An `LlmConfig` as it is written: whatever is left out has its default. */
export interface LlmSettings extends z.input<typeof llmConfig> {}
