import { z } from 'zod'
import { nameIn } from '../util/registry-name.js'
import { featureRegistry } from './feature-registry.js'

/** Schema of section `features`. */
export const featuresConfig = z.strictObject({
  /**
   * Names of the registry `featureRegistry`. Features that the data cannot give are left out, with
   * a notice.
   */
  names: z
    .array(nameIn(featureRegistry))
    .min(1)
    .default(['MP', 'AP', 'RV', 'AR', 'CKLD', 'CSD', 'EE', 'V']),
  /**
   * Level of the category paths that CKLD and EE count, 1 = root. A shorter path counts with its
   * deepest level.
   */
  categoryLevel: z.number().int().min(1).default(3),
  /**
   * Scaling over the candidates: to [0, 1] (`min-max`), or to mean 0 and standard deviation 1
   * (`z-score`).
   */
  scaling: z.enum(['min-max', 'z-score']).default('z-score'),
  /**
   * Whether log(1 + x) is taken before scaling: of the heavy-tailed features (`auto`), of all, or
   * of none.
   */
  log1p: z.enum(['auto', 'all', 'none']).default('auto'),
})

/**
 * Which user features are computed, and how they are scaled. Defaults: `readConfig({}).features`.
 */
export interface FeaturesConfig extends z.infer<typeof featuresConfig> {}
