import { type Registry, registry } from '../../util/registry.js'
import { bagTower } from './bag.js'
import { blendTower } from './blend.js'
import { contentMapTower } from './content-map.js'
import { idTower } from './id.js'
import type { Tower } from './tower.js'

/**
 * Registry of the item towers:
 * - `id`: an embedding an item; a cold one is moved by the pairs alone
 * - `content-map`: cold items where ridge regression from their text puts them
 * - `bag`: an item is the sum of the embeddings of its words, categories and brand
 * - `blend`: the scores of `content-map` plus the text similarity of user and item
 *
 * On all but `id`, pairs are fitted on top of the vectors (`fitWithPrior`).
 */
export const towers: Registry<Tower> = registry('tower', [
  idTower,
  contentMapTower,
  bagTower,
  blendTower,
])
