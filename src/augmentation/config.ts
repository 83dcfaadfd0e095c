import { nameIn } from '../util/registry-name.js'
import { askings } from './askings/index.js'
import { placements } from './placements/index.js'
import { promptForms } from './prompt-forms.js'
import { augmentationSettings } from './settings.js'

export type { AugmentationConfig } from './settings.js'

/** Settings of augmentation; placement, prompt and asking are names of the registries. */
export const augmentationConfig = augmentationSettings.extend({
  placement: nameIn(placements).default('uniform'),
  prompt: nameIn(promptForms).default('llm-user'),
  asking: nameIn(askings).default('choice'),
})
