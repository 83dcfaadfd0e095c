import { largestProduct } from '../two-tower/engines/onnx.js'
import { inTurn, type TimedEngine, type Timing } from './bench-timing.js'
import { randomTraining } from './random-problem.js'

/** Batch size and dimension of the steps that are timed. */
export const stepShapes = [
  [128, 32],
  [256, 32],
  [512, 64],
  [1024, 64],
] as const

/** Rows of the tables whose steps are timed, about Amazon Beauty's. */
const tables = { users: 22_000, items: 12_000 }

/** Rows and columns of the product that measures the machine, and its operations. */
const productSize = 1024
const productWork = 2 * productSize ** 3

/** Operations of the in-batch softmax: three products of B x B x D. */
const stepWork = (batchSize: number, dim: number) => 6 * batchSize * batchSize * dim

/**
 * Times one training step at each shape, GF/s counted as 6 B^2 D: a short training taken from a
 * long one, so that setting up is not in it. Engines take turns, and with them the machine's own
 * sgemm, of which the steps are a share.
 */
export async function benchSteps(timed: TimedEngine[], repetitions: number): Promise<Timing[]> {
  const product = largestProduct(productSize)
  const rows: Timing[] = []
  let peak = 0
  for (const [batchSize, dim] of stepShapes) {
    const shape = await benchShape(timed, batchSize, dim, repetitions, product?.multiply)
    rows.push(...shape.rows)
    if (shape.product !== undefined) peak = Math.max(peak, productWork / shape.product / 1e9)
  }
  if (!product) return rows
  for (const row of rows) row.rates['of sgemm'] = row.rates['GF/s'] / peak
  const seconds = productWork / peak / 1e9
  return [
    {
      engine: product.name,
      task: `sgemm, ${productSize} x ${productSize} x ${productSize}`,
      seconds,
      median: seconds,
      repetitions: repetitions * stepShapes.length,
      rates: { 'GF/s': peak },
    },
    ...rows,
  ]
}

/** Times a step of one shape on each engine, and the machine's product, seconds. */
async function benchShape(
  timed: TimedEngine[],
  batchSize: number,
  dim: number,
  repetitions: number,
  multiply?: () => void,
): Promise<{ rows: Timing[]; product: number | undefined }> {
  const work = stepWork(batchSize, dim)
  // Steps of the short and of the long training.
  const lengths = timed.map(({ slow }) => [4, 4 + Math.ceil((slow ? 4e7 : 4e9) / work)])
  const trainings = timed.flatMap(({ engine }, e) =>
    lengths[e].map((steps) => {
      const interactions = steps * batchSize
      return randomTraining(engine, {
        ...tables,
        interactions,
        pairs: interactions / 4,
        dim,
        batchSize,
      })
    }),
  )
  const times = await inTurn(multiply ? [...trainings, multiply] : trainings, repetitions)
  const rows = timed.map(({ engine }, e): Timing => {
    const [short, long] = times.slice(2 * e, 2 * e + 2)
    const steps = lengths[e][1] - lengths[e][0]
    const seconds = (long.seconds - short.seconds) / steps
    return {
      engine: engine.name,
      task: `step, B ${batchSize}, D ${dim}`,
      seconds,
      median: (long.median - short.median) / steps,
      repetitions,
      rates: { 'GF/s': work / seconds / 1e9 },
    }
  })
  return { rows, product: multiply && times.at(-1)!.seconds }
}
