import type { ExperimentOptions } from '../../dist/index.js'

/** All that a run of a recipe on a data set takes. */
export function recipeOf(
  name: string,
  dataset: string,
): { preset: string } & Pick<ExperimentOptions, 'size' | 'seeds' | 'settings'>
