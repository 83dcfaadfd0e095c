import { CholeskyDecomposition, Matrix } from 'ml-matrix'
import { type Histories, historyOf } from '../dataset/histories.js'
import { gram } from '../util/svd.js'
import type { LaunchModel, Vectors } from './model.js'

/** A user that came after the training. */
export interface NewUser {
  id: string
  /** Items of the history [n], without repeats, at least one. */
  items: Int32Array
}

/** Share by which the diagonal of X^T X is raised. */
const ridge = 0.01

/**
 * The linear map from a history to the embedding that training gave its user, by ridge regression
 * over the known users: C = (X^T X + ridge diag(X^T X))^-1 X^T U. A row of X is [m; m log n; log n;
 * 1], m the mean of the places of the n items: how far the embedding goes along m depends on how
 * often the user was trained on. There are far more users than columns, so that the ridge matters
 * little: of 1e-6 to .1 it is the one with which users left out of the fit got the lists most like
 * their own, on four real data sets.
 *
 * @param users - embeddings [numUsers, D]
 * @returns C [2 D + 2, D], row-major
 */
export function fitNewUsers(users: Float32Array, places: Vectors, train: Histories): Float32Array {
  const { dim } = places
  const width = 2 * dim + 2
  const numUsers = train.start.length - 1
  const x = new Float64Array(numUsers * width)
  const xu = new Float64Array(width * dim)
  for (let u = 0; u < numUsers; u++) {
    const row = x.subarray(u * width, (u + 1) * width)
    setFeatures(row, places, historyOf(train, u))
    for (let j = 0; j < width; j++)
      for (let d = 0; d < dim; d++) xu[j * dim + d] += row[j] * users[u * dim + d]
  }
  const left = gram(x, width)
  // A column of zeros gets the coefficient 0.
  for (let j = 0; j < width; j++) left.set(j, j, left.get(j, j) * (1 + ridge) || 1)
  const map = new CholeskyDecomposition(left).solve(Matrix.from1DArray(width, dim, xu))
  return Float32Array.from(map.to1DArray())
}

/** Features of a history, see `fitNewUsers`; all 0 where it is empty. */
function setFeatures(row: Float64Array, { dim, values }: Vectors, items: Int32Array): void {
  if (items.length === 0) return
  const length = Math.log(items.length)
  for (let d = 0; d < dim; d++) {
    let sum = 0
    for (const item of items) sum += values[item * dim + d]
    row[d] = sum / items.length
    row[dim + d] = row[d] * length
  }
  row[2 * dim] = length
  row[2 * dim + 1] = 1
}

/** The embedding of a user with this history [D]. */
function embeddingOf({ places, newUserMap }: LaunchModel, items: Int32Array): Float64Array {
  const { dim } = places
  const row = new Float64Array(2 * dim + 2)
  setFeatures(row, places, items)
  return Float64Array.from({ length: dim }, (_, d) =>
    row.reduce((sum, x, j) => sum + x * newUserMap[j * dim + d], 0),
  )
}

/**
 * The text profile of a user with this history [R]: the sum of the items' text vectors p over the
 * length of the sum of their TF-IDF rows. The model does not keep those rows, of length 1; the
 * square of that length is estimated as |sum p|^2 + sum (1 - |p|^2), what the p leave out of
 * different rows taken as orthogonal.
 */
export function profileOf({ dim, values }: Vectors, items: Int32Array): Float64Array {
  const sum = new Float64Array(dim)
  let square = 0
  for (const item of items) {
    let own = 0
    for (let d = 0; d < dim; d++) {
      const x = values[item * dim + d]
      sum[d] += x
      own += x * x
    }
    if (own > 0) square += Math.max(0, 1 - own)
  }
  for (const x of sum) square += x * x
  return square > 0 ? sum.map((x) => x / Math.sqrt(square)) : sum
}

/** The model with further users after the known ones. */
export function withNewUsers(model: LaunchModel, newUsers: readonly NewUser[]): LaunchModel {
  const { folded, train, places, text } = model
  const users = new Float32Array(folded.users.length + newUsers.length * folded.dim)
  users.set(folded.users)
  const start = new Int32Array(train.start.length + newUsers.length)
  start.set(train.start)
  newUsers.forEach(({ items }, k) => {
    const u = train.start.length - 1 + k
    const row = users.subarray(u * folded.dim, (u + 1) * folded.dim)
    row.set(embeddingOf(model, items))
    row.set(profileOf(text, items), places.dim)
    row[folded.dim - 1] = 1
    start[u + 1] = start[u] + items.length
  })
  const item = new Int32Array(start.at(-1)!)
  item.set(train.item)
  newUsers.forEach(({ items }, k) => item.set(items, start[train.start.length - 1 + k]))
  return {
    ...model,
    folded: { ...folded, users },
    userIds: [...model.userIds, ...newUsers.map(({ id }) => id)],
    train: { start, item },
  }
}
