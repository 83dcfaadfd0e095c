import { z } from 'zod'
import type { ExperimentConfig } from '../experiment/config.js'
import type { Provenance } from '../experiment/provenance.js'
import type { ReportedRow, TrialRow } from '../experiment/row.js'
import type { Diagnosis } from './diagnostics.js'
import type { RunOrigin, RunResult } from './result.js'

const text = z.string()
const count = z.int().nonnegative()
const number = z.union([z.number(), z.nan()], { error: 'expected a number' })
const numbers = z.array(number)
const interval = z.tuple([number, number])
const factors = z.record(text, z.union([text, number], { error: 'expected a text or a number' }))

const learningRun = z.strictObject({
  weights: numbers,
  path: z.array(numbers),
  rewards: numbers,
  deviations: numbers,
  overlaps: numbers,
  effectiveUsers: number,
  entropy: number,
})

const row = {
  policy: text,
  seed: count,
  factors,
  users: number,
  calls: number,
  learningCalls: number,
  failed: number,
  firstPositionShare: number.optional(),
  trainings: number,
  metrics: z.record(text, number),
  validation: number,
  profile: z.record(text, number).optional(),
  learned: z
    .strictObject({
      features: z.array(text),
      runs: z.array(learningRun),
      usersAsked: number,
      trainings: number,
    })
    .optional(),
  chosen: text.optional(),
}

const reportedRow: z.ZodType<ReportedRow> = z.strictObject(row)

/** The rows of a finished seed, with the key of their run. */
export const seedSchema: z.ZodType<{ key: string; rows: TrialRow[] }> = z.strictObject({
  key: text,
  rows: z.array(z.strictObject({ ...row, userRecall: z.base64() })),
})

const comparison = z.strictObject({
  arm: text,
  against: text,
  factors: factors.optional(),
  metric: text,
  n: count,
  difference: number,
  standardError: number,
  interval: interval.optional(),
  t: number.optional(),
  p: number.optional(),
  effectSize: number.optional(),
  relative: number.optional(),
  relativeInterval: interval.optional(),
  userInterval: interval.optional(),
  pHolm: number.optional(),
})

/** What a result was made of. */
export const provenanceSchema: z.ZodType<Provenance> = z.strictObject({
  understudy: text,
  preset: text,
  dataset: text,
  dataFingerprint: text,
  otherFingerprints: z.array(text),
  engine: text,
  configHash: text,
})

/** Only what reports read: entries of a custom registry may not be known here. */
const config = z.looseObject({
  dataset: z.looseObject({ name: text }),
  others: z.array(z.looseObject({ name: text })),
  augmentation: z.looseObject({ pairsPerUser: count }),
  policy: z.looseObject({ rewardK: count }),
  evaluation: z.looseObject({ ks: z.array(count).min(1), trainings: count }),
}) as unknown as z.ZodType<ExperimentConfig>

/** The run.json of a run: what its folder is for. */
export const originSchema: z.ZodType<RunOrigin> = z.strictObject({
  provenance: provenanceSchema,
  seeds: z.array(count).min(1),
  config,
})

/** The results.json of a run. */
export const resultSchema: z.ZodType<RunResult> = z.strictObject({
  preset: text,
  title: text,
  question: text,
  provenance: provenanceSchema,
  seeds: z.array(count).min(1),
  config,
  data: z.strictObject({
    users: count,
    items: count,
    interactions: count,
    trainUsers: count,
    coldTestItems: count,
    evaluatedUsers: count,
    chance: z.record(text, number),
    unavailableFeatures: z.array(z.strictObject({ name: text, reason: text })),
    notes: z.array(text),
  }),
  judge: text,
  trials: z.array(reportedRow).min(1),
  comparisons: z.array(comparison),
  conclusion: text.optional(),
  diagnostics: z.array(
    z.strictObject({
      name: text as unknown as z.ZodType<Diagnosis['name']>,
      finding: text,
      remedy: text,
    }),
  ),
  /** Means of the trials, for other readers. */
  summary: z.unknown(),
})
