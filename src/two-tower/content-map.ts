import { CholeskyDecomposition, Matrix } from 'ml-matrix'
import { tfidf } from '../dataset/content.js'
import type { ItemText } from '../dataset/dataset.js'
import { InputError } from '../util/errors.js'
import { gram, truncatedSvd } from '../util/svd.js'
import type { TwoTowerModel } from './engine.js'

/** Content vectors of the items, row-major [numItems, dim]: truncated SVD of TF-IDF, and a constant 1 as the last entry. */
export interface ContentVectors {
  dim: number
  values: Float64Array
}

/** @throws InputError when no item has text */
export function contentVectors(items: ItemText[], rank: number): ContentVectors {
  const terms = tfidf(items)
  if (terms.value.length === 0) throw new InputError('no item has a title, category or brand, which item tower content-map needs')
  const { vectors, rank: kept } = truncatedSvd(terms, rank)
  const dim = kept + 1
  const values = new Float64Array(items.length * dim).fill(1)
  for (let i = 0; i < items.length; i++) values.set(vectors.subarray(i * kept, (i + 1) * kept), i * dim)
  return { dim, values }
}

/**
 * Item tower `content-map`: a new model whose cold items lie where ridge regression from content to the warm items'
 * embeddings puts them: C = (X^T W X + ridge I)^-1 X^T W V, with W the items' train interactions (scaled to mean 1 over
 * the warm items).
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
      for (let j = 0; j < content.dim; j++) sum += content.values[item * content.dim + j] * map.get(j, d)
      items[item * model.dim + d] = sum
    }
  return { ...model, items }
}

/** X^T W V [content.dim, model.dim] */
function weightedProduct(model: TwoTowerModel, content: ContentVectors, weight: Float64Array): Matrix {
  const product = new Float64Array(content.dim * model.dim)
  for (let i = 0; i < weight.length; i++) {
    if (weight[i] === 0) continue
    for (let j = 0; j < content.dim; j++) {
      const scale = weight[i] * content.values[i * content.dim + j]
      for (let d = 0; d < model.dim; d++) product[j * model.dim + d] += scale * model.items[i * model.dim + d]
    }
  }
  return Matrix.from1DArray(content.dim, model.dim, product)
}
