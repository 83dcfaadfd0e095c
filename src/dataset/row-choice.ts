import type { DatasetConfig } from './config.js'

/** Settings that choose rows by themselves, whatever other rows there are but for the sample. */
export type RowChoice = Pick<DatasetConfig, 'minRating' | 'implicit' | 'sampleUsers' | 'sampleSeed'>

/** Whether the settings choose at all. */
export function choosesRows({ minRating, implicit, sampleUsers }: RowChoice): boolean {
  return minRating !== undefined || implicit === true || sampleUsers !== undefined
}
