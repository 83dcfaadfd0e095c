import type { Engine } from '../two-tower/engine.js'
import { inTurn, type Timing } from './bench-timing.js'
import { randomTraining, type Size } from './random-problem.js'

/** About Amazon Beauty's. */
const base: Size = {
  users: 22_000,
  items: 12_000,
  interactions: 100_000,
  pairs: 3_000,
  dim: 32,
  batchSize: 128,
}

/** The sizes that are timed: each quantity in turn multiplied, the others as they are. */
export const growthSizes = (Object.keys(base) as (keyof Size)[]).flatMap((quantity) =>
  [1, 2, 4, 8].map((factor) => ({ quantity, size: base[quantity] * factor })),
)

/** Times an epoch at each of `growthSizes`; `onSize` is called after each. */
export async function benchGrowth(
  engines: Engine[],
  repetitions: number,
  onSize?: () => void,
): Promise<Timing[]> {
  const rows: Timing[] = []
  for (const { quantity, size } of growthSizes) {
    const times = await inTurn(
      engines.map((engine) => randomTraining(engine, { ...base, [quantity]: size })),
      repetitions,
    )
    for (const [e, { name: engine }] of engines.entries())
      rows.push({
        engine,
        task: `epoch, ${quantity} ${size}`,
        ...times[e],
        repetitions,
        rates: { [quantity]: size },
      })
    onSize?.()
  }
  return rows
}
