import { z } from 'zod'

/** Which user features, and how they are scaled for a scorer. */
export const featuresConfig = z.strictObject({
  /** Names from the registry; those that the data cannot give are left out, and said to be. */
  names: z.array(z.string()).min(1).default(['MP', 'AP', 'RV', 'AR', 'CKLD', 'CSD', 'EE', 'V']),
  /** Level of the category paths that CKLD and EE count: 1 = root; shorter paths count with their deepest level. */
  categoryLevel: z.number().int().min(1).default(3),
  scaling: z.enum(['min-max', 'z-score']).default('z-score'),
  /** log1p before scaling: of the heavy-tailed features (`auto`), of all, or of none. */
  log1p: z.enum(['auto', 'all', 'none']).default('auto'),
})

export type FeaturesConfig = z.infer<typeof featuresConfig>
