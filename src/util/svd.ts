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
  const n = y.length / width
  const weightOf = (r: number) => (r >= n ? 0 : weight ? weight[r] : 1)
  // Four rows at a time: each sum is read and written once for them, added to in their order.
  for (let r = 0; r < n; r += 4) {
    const w = [weightOf(r), weightOf(r + 1), weightOf(r + 2), weightOf(r + 3)]
    if (w.every((own) => own === 0)) continue
    addProducts(sum, y, width, r, w)
  }
  const result = Matrix.zeros(width, width)
  for (let i = 0; i < width; i++)
    for (let j = i; j < width; j++) {
      result.set(i, j, sum[i * width + j])
      result.set(j, i, sum[i * width + j])
    }
  return result
}

/** Adds w_r y_r y_r^T of four rows, those of weight 0 left out, to the upper half of `sum`. */
function addProducts(
  sum: Float64Array,
  y: Float64Array,
  width: number,
  r: number,
  [wa, wb, wc, wd]: number[],
): void {
  const [a, b, c, d] = [0, 1, 2, 3].map((k) => Math.min((r + k) * width, y.length - width))
  for (let i = 0; i < width; i++) {
    const [xa, xb, xc, xd] = [wa * y[a + i], wb * y[b + i], wc * y[c + i], wd * y[d + i]]
    const row = i * width
    for (let j = i; j < width; j++) {
      let total = sum[row + j]
      total += xa * y[a + j]
      total += xb * y[b + j]
      total += xc * y[c + j]
      total += xd * y[d + j]
      sum[row + j] = total
    }
  }
}

/** Y [n, width] times a small matrix [width, columns]. */
function timesSmall(y: Float64Array, width: number, small: Matrix): Float64Array {
  const columns = small.columns
  const n = y.length / width
  const flat = Float64Array.from(small.to1DArray())
  // The first entry of each row that is not 0: triangular matrices are half the work.
  const first = Int32Array.from({ length: width }, (_, k) => {
    const at = flat.subarray(k * columns, (k + 1) * columns).findIndex((x) => x !== 0)
    return at < 0 ? columns : at
  })
  const out = new Float64Array(n * columns)
  // Two rows at a time: each row of the small matrix is read once for both.
  for (let r = 0; r < n; r += 2) {
    const [at, next] = [r * columns, Math.min(r + 1, n - 1) * columns]
    for (let k = 0; k < width; k++) {
      const [a, b] = [y[r * width + k], r + 1 < n ? y[(r + 1) * width + k] : 0]
      const row = k * columns
      for (let j = first[k]; j < columns; j++) {
        out[at + j] += a * flat[row + j]
        out[next + j] += b * flat[row + j]
      }
    }
  }
  return out
}
