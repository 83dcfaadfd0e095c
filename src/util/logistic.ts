import { CholeskyDecomposition, Matrix } from 'ml-matrix'

/** Examples of a logistic regression: features row-major [n, width], labels 0 or 1, weights. */
export interface Examples {
  width: number
  features: Float64Array
  labels: Uint8Array
  weights: Float64Array
}

/** P(label) = sigmoid(coefficients . features + intercept). */
export interface Logistic {
  coefficients: Float64Array
  intercept: number
}

const iterations = 25
/** Of the total weight: keeps separable examples finite, and is not seen in others. */
const ridge = 1e-6

/**
 * Weighted logistic regression by Newton's method (iteratively reweighted least squares). Features
 * are standardised inside, so that their scales do not matter; a constant feature gets 0.
 */
export function fitLogistic(examples: Examples): Logistic {
  const { width, features } = examples
  const { mean, deviation, total } = moments(examples)
  const standard = Float64Array.from(features, (x, at) => {
    const j = at % width
    return deviation[j] > 0 ? (x - mean[j]) / deviation[j] : 0
  })
  const beta = new Float64Array(width + 1)
  for (let iteration = 0; iteration < iterations; iteration++) {
    const step = newtonStep({ ...examples, features: standard }, beta, ridge * total)
    step.forEach((change, i) => (beta[i] += change))
    if (step.every((change) => Math.abs(change) < 1e-9)) break
  }
  const coefficients = Float64Array.from(deviation, (s, j) => (s > 0 ? beta[j] / s : 0))
  const intercept = coefficients.reduce((sum, c, j) => sum - c * mean[j], beta[width])
  return { coefficients, intercept }
}

/** Inverse Hessian times gradient of the log-likelihood less penalty / 2 |beta|^2. */
function newtonStep(
  { width, features, labels, weights }: Examples,
  beta: Float64Array,
  penalty: number,
): number[] {
  const size = width + 1
  const gradient = Float64Array.from(beta, (b) => -penalty * b)
  const curvature = new Float64Array(size * size)
  for (let i = 0; i < size; i++) curvature[i * size + i] = penalty
  const x = new Float64Array(size).fill(1)
  for (let k = 0; k < labels.length; k++) {
    let score = 0
    for (let j = 0; j < width; j++) {
      x[j] = features[k * width + j]
      score += x[j] * beta[j]
    }
    score += beta[width]
    const p = 1 / (1 + Math.exp(-score))
    const [error, bend] = [weights[k] * (labels[k] - p), weights[k] * p * (1 - p)]
    for (let i = 0; i < size; i++) {
      gradient[i] += error * x[i]
      for (let j = 0; j <= i; j++) curvature[i * size + j] += bend * x[i] * x[j]
    }
  }
  for (let i = 0; i < size; i++)
    for (let j = 0; j < i; j++) curvature[j * size + i] = curvature[i * size + j]
  const hessian = Matrix.from1DArray(size, size, curvature)
  return new CholeskyDecomposition(hessian).solve(Matrix.columnVector(gradient)).to1DArray()
}

function moments({ width, features, labels, weights }: Examples) {
  const mean = new Float64Array(width)
  const square = new Float64Array(width)
  let total = 0
  for (let k = 0; k < labels.length; k++) {
    total += weights[k]
    for (let j = 0; j < width; j++) {
      mean[j] += weights[k] * features[k * width + j]
      square[j] += weights[k] * features[k * width + j] ** 2
    }
  }
  for (let j = 0; j < width; j++) mean[j] /= total
  const deviation = square.map((sum, j) => Math.sqrt(Math.max(0, sum / total - mean[j] ** 2)))
  return { mean, deviation, total }
}
