import { z } from 'zod'
import type { StepTaken } from '../../util/time-left.js'

const count = z.int().nonnegative()

/** By kind of step: how many, how many of them were measured, and their seconds. */
const stepCounts = z.record(z.string(), z.tuple([count, count, z.number().nonnegative()]))

/** Steps of a seed so far, by kind. */
export type StepCounts = z.infer<typeof stepCounts>

/** What a worker tells of a seed that it is at. */
export const seedProgress = z.strictObject({
  steps: stepCounts,
  /** How far the policy is that it learns. */
  learning: z
    .strictObject({
      learner: z.string().max(100),
      iteration: count,
      iterations: count,
      reward: z.number(),
    })
    .optional(),
})

/** What a worker tells of a run that it cannot do. */
export const refusal = z.strictObject({
  worker: z.string().max(200),
  refuses: z.string().max(2000),
})

/** What a worker tells of a seed that it is at. */
export type SeedProgress = z.infer<typeof seedProgress>

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
