import { z } from 'zod'
import type { StepTaken } from '../../util/time-left.js'

const count = z.int().nonnegative()

/** Steps of a seed so far, by kind: how many, how many of them were measured, and their seconds. */
export const stepCounts = z.record(z.string(), z.tuple([count, count, z.number().nonnegative()]))

/** Steps of a seed so far, by kind. */
export type StepCounts = z.infer<typeof stepCounts>

/** Counts a step. */
export function countStep(counts: StepCounts, { kind, seconds }: StepTaken): void {
  const [steps, measured, sum] = counts[kind] ?? [0, 0, 0]
  counts[kind] =
    seconds === undefined ? [steps + 1, measured, sum] : [steps + 1, measured + 1, sum + seconds]
}

/** The steps that a seed has taken since it was told of; none where it began again. */
export function* newSteps(before: StepCounts, now: StepCounts): Generator<StepTaken> {
  for (const [kind, [steps, measured, seconds]] of Object.entries(now)) {
    const [oldSteps, oldMeasured, oldSeconds] = before[kind] ?? [0, 0, 0]
    const timed = Math.min(measured - oldMeasured, steps - oldSteps)
    for (let k = oldSteps; k < steps; k++)
      yield k - oldSteps < timed
        ? { kind, seconds: Math.max(0, seconds - oldSeconds) / timed }
        : { kind }
  }
}
