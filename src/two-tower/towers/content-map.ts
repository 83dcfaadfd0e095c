import { CholeskyDecomposition, Matrix } from 'ml-matrix'
import { gram } from '../../util/svd.js'
import type { ContentVectors } from '../content-vectors.js'
import type { TwoTowerModel } from '../engine.js'
import { onTopOf } from './prior.js'
import type { Tower, TowerInput } from './tower.js'

/** Puts cold items where their text says, and fits pairs on top. */
export const contentMapTower: Tower = {
  name: 'content-map',
  settings: ['contentMap'],
  fit: (input, pairs) => onTopOf(input, contentMapModel(input), pairs),
}

/** The warm model with its cold items where their text says. */
export function contentMapModel(input: TowerInput): TwoTowerModel {
  const { popularity, coldItems, config } = input
  return input.once('content-map', () =>
    mapColdItems(
      input.warmModel(),
      input.content(),
      popularity,
      coldItems,
      config.contentMap.ridge,
    ),
  )
}

/**
 * Puts cold items where their text says: ridge regression from the content vectors X to the
 * embeddings V of the warm items, C = (X^T W X + ridge I)^-1 X^T W V, where W are the items' train
 * interactions, scaled to mean 1 over the warm items.
 * @param content - content vectors of all items [numItems, content.dim]
 * @param popularity - train interactions of each item [numItems]
 * @param cold - indices of the items that are moved
 * @param ridge - added to the diagonal
 * @returns a new model; only the rows of `cold` differ
 */
export function mapColdItems(
  model: TwoTowerModel,
  content: ContentVectors,
  popularity: Int32Array,
  cold: Int32Array,
  ridge: number,
): TwoTowerModel {
  const total = popularity.reduce((sum, n) => sum + n, 0)
  const warm = popularity.reduce((count, n) => count + Number(n > 0), 0)
  const weight = Float64Array.from(popularity, (n) => (n * warm) / total)
  const left = gram(content.values, content.dim, weight)
  for (let j = 0; j < content.dim; j++) left.set(j, j, left.get(j, j) + ridge)
  const map = new CholeskyDecomposition(left).solve(weightedProduct(model, content, weight))
  const items = model.items.slice()
  for (const item of cold)
    for (let d = 0; d < model.dim; d++) {
      let sum = 0
      for (let j = 0; j < content.dim; j++)
        sum += content.values[item * content.dim + j] * map.get(j, d)
      items[item * model.dim + d] = sum
    }
  return { ...model, items }
}

/** X^T W V [content.dim, model.dim] */
function weightedProduct(
  model: TwoTowerModel,
  content: ContentVectors,
  weight: Float64Array,
): Matrix {
  const product = new Float64Array(content.dim * model.dim)
  for (let i = 0; i < weight.length; i++) {
    if (weight[i] === 0) continue
    for (let j = 0; j < content.dim; j++) {
      const scale = weight[i] * content.values[i * content.dim + j]
      for (let d = 0; d < model.dim; d++)
        product[j * model.dim + d] += scale * model.items[i * model.dim + d]
    }
  }
  return Matrix.from1DArray(content.dim, model.dim, product)
}
