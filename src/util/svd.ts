import { CholeskyDecomposition, EigenvalueDecomposition, Matrix } from 'ml-matrix'
import { stream } from './random.js'
import { multiply, multiplyTransposed, type SparseMatrix } from './sparse.js'

const oversampling = 10
const powerIterations = 2

/**
 * Rows of the rank-`rank` truncated SVD of A, U S [rows, rank] row-major, by the randomised range
 * finder with power iterations (Halko, Martinsson and Tropp 2011, algorithms 4.4 and 5.1). Same
 * matrix, same bits. The rank is lowered to what the matrix has.
 */
export function truncatedSvd(
  a: SparseMatrix,
  rank: number,
): { vectors: Float64Array; rank: number } {
  const width = Math.min(rank + oversampling, a.rows, a.columns)
  const rng = stream(0, 'svd')
  let z: Float64Array = Float64Array.from({ length: a.columns * width }, () => rng.normal())
  let q: Float64Array = new Float64Array(0)
  for (let iteration = 0; iteration <= powerIterations; iteration++) {
    q = orthonormalise(multiply(a, z, width), width)
    if (iteration === powerIterations) q = orthonormalise(q, width)
    z = multiplyTransposed(a, q, width)
  }
  const eigen = new EigenvalueDecomposition(gram(z, width), { assumeSymmetric: true })
  const kept = Math.min(rank, width, eigen.realEigenvalues.filter((x) => x > 1e-9).length)
  // ml-matrix sorts eigenvalues upwards.
  const turn = Matrix.zeros(width, kept)
  for (let j = 0; j < kept; j++) {
    const from = width - 1 - j
    const singular = Math.sqrt(eigen.realEigenvalues[from])
    for (let i = 0; i < width; i++) turn.set(i, j, eigen.eigenvectorMatrix.get(i, from) * singular)
  }
  return { vectors: timesSmall(q, width, turn), rank: kept }
}

/**
 * Columns of Y [n, width] made orthonormal by Cholesky QR (apply twice for accuracy); a tiny ridge
 * keeps deficient ranks alive.
 */
function orthonormalise(y: Float64Array, width: number): Float64Array {
  const g = gram(y, width)
  const ridge = 1e-12 * (g.trace() / width || 1)
  for (let j = 0; j < width; j++) g.set(j, j, g.get(j, j) + ridge)
  return timesSmall(y, width, inverseTransposed(new CholeskyDecomposition(g).lowerTriangularMatrix))
}

/** L^-T for lower-triangular L, by back substitution. */
function inverseTransposed(lower: Matrix): Matrix {
  const n = lower.rows
  const inverse = Matrix.zeros(n, n)
  for (let j = 0; j < n; j++) {
    inverse.set(j, j, 1 / lower.get(j, j))
    for (let i = j + 1; i < n; i++) {
      let sum = 0
      for (let k = j; k < i; k++) sum += lower.get(i, k) * inverse.get(k, j)
      inverse.set(i, j, -sum / lower.get(i, i))
    }
  }
  return inverse.transpose()
}

/** Y^T Y [width, width] */
export function gram(y: Float64Array, width: number, weight?: ArrayLike<number>): Matrix {
  const sum = new Float64Array(width * width)
  for (let r = 0, at = 0; at < y.length; r++, at += width) {
    const w = weight ? weight[r] : 1
    if (w === 0) continue
    for (let i = 0; i < width; i++) {
      const scaled = w * y[at + i]
      if (scaled === 0) continue
      for (let j = i; j < width; j++) sum[i * width + j] += scaled * y[at + j]
    }
  }
  const result = Matrix.zeros(width, width)
  for (let i = 0; i < width; i++)
    for (let j = i; j < width; j++) {
      result.set(i, j, sum[i * width + j])
      result.set(j, i, sum[i * width + j])
    }
  return result
}

/** Y [n, width] times a small matrix [width, columns]. */
function timesSmall(y: Float64Array, width: number, small: Matrix): Float64Array {
  const columns = small.columns
  const n = y.length / width
  const flat = Float64Array.from(small.to1DArray())
  const out = new Float64Array(n * columns)
  for (let r = 0; r < n; r++)
    for (let k = 0; k < width; k++) {
      const scale = y[r * width + k]
      if (scale === 0) continue
      for (let j = 0; j < columns; j++) out[r * columns + j] += scale * flat[k * columns + j]
    }
  return out
}
