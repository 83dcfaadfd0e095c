import { registry } from '../util/registry.js'
import { categoryDivergence, effectiveCategories } from './categories.js'
import { contentDiversity } from './content-diversity.js'
import type { UserFeature } from './feature.js'
import { averagePopularity, medianPopularity } from './popularity.js'
import { averageRating, ratingVariance } from './ratings.js'
import { volume } from './volume.js'

/**
 * Registry of the user features, which `features.names` and policies such as `top:V` name. The
 * eight of arXiv 2511.21989, as this project defines them, over the items of a user's history:
 * - MP, AP: median and mean popularity, in train interactions of the item
 * - RV, AR: variance and mean of the user's ratings
 * - CKLD: KL(p_u || p), nats; p_u and p are the categories of the user and of all interactions
 * - CSD: 1 - mean cosine similarity of the items' TF-IDF vectors
 * - EE: exp(entropy of p_u), the effective number of categories
 * - V: number of interactions
 * @example
 * featureRegistry.add({
 *   name: 'LP',
 *   title: 'popularity of the last item',
 *   unit: 'interactions',
 *   needs: [],
 *   heavyTailed: true,
 *   compute: ({ users, train, popularity }) =>
 *     Float64Array.from(users, (user) => popularity[train.item[train.start[user + 1] - 1]]),
 * })
 */
export const featureRegistry = registry<UserFeature>('feature', [
  medianPopularity,
  averagePopularity,
  ratingVariance,
  averageRating,
  categoryDivergence,
  contentDiversity,
  effectiveCategories,
  volume,
])
