import { z } from 'zod'
import type { JudgeReport } from '../judge/judge-report.js'
import { DataError } from '../util/errors.js'
import { jsonIn } from '../util/text-file.js'

const text = z.string()
// What JSON has as null was no finite number.
const number = z
  .number()
  .nullable()
  .transform((value) => value ?? NaN)
const count = z.int().nonnegative()
const share = z.object({ share: number, standardError: number, n: count })

const auditSchema: z.ZodType<JudgeReport> = z.object({
  judge: text,
  questions: count,
  unanswered: count,
  accuracy: share,
  contentAccuracy: share,
  whereContentWrong: share,
  whereContentRight: share,
  flipRate: share,
  firstPositionShare: share,
  addedBits: number,
  calibration: z.array(z.object({ claimed: number, accuracy: share })),
  byHistory: z.array(z.object({ items: text, accuracy: share })),
  byCategory: z.array(z.object({ category: text, accuracy: share })),
  passed: z.boolean(),
  verdict: text,
})

/**
 * Reads an audit, as `understudy audit --json` prints it.
 * @throws DataError naming the file, and the field that is not as it should be
 */
export function readAudit(file: string): JudgeReport {
  const { success, data, error } = auditSchema.safeParse(jsonIn(file))
  if (success) return data
  const [{ path, message }] = error.issues
  const field = path.length > 0 ? ` (field ${path.join('.')}: ${message})` : ''
  throw new DataError(`is no audit${field}; expected what \`understudy audit --json\` prints`, {
    file,
  })
}
