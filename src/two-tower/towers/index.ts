import { type Registry, registry } from '../../util/registry.js'
import { bagTower } from './bag.js'
import { contentMapTower } from './content-map.js'
import {
  contentKnnTower,
  contentNearestTower,
  contentTower,
  similarPopularityTower,
} from './content.js'
import { idTower } from './id.js'
import type { Tower } from './tower.js'

/**
 * Registry of the item towers:
 * - `id`: an embedding an item; a cold one is moved by the pairs alone
 * - `content-map`: cold items where ridge regression from their text puts them
 * - `bag`: an item is the sum of the embeddings of its words, categories and brand
 * - `content-knn`, `content-nearest`: likeness of its text to the user's history, all of it or the
 *   nearest item of it
 * - `similar-popularity`: the popularity of the known items most like it
 * - `content`: the best mixture of these by validation recall; what asking has to beat
 *
 * On all but `id`, pairs are fitted on top of the vectors (`fitWithPrior`).
 */
export const towers: Registry<Tower> = registry('tower', [
  idTower,
  contentMapTower,
  contentKnnTower,
  contentNearestTower,
  similarPopularityTower,
  contentTower,
  bagTower,
])
