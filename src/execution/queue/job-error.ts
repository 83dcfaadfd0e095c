import { z } from 'zod'
import { ExecutionError, InputError, InterruptedError, UnderstudyError } from '../../util/errors.js'
import { type ErrorRecord, errorOf, recordOf } from '../error-record.js'

const errorRecord: z.ZodType<ErrorRecord> = z.strictObject({
  message: z.string(),
  stack: z.string().optional(),
  kind: z.int().min(-1).max(99),
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  get cause() {
    return errorRecord.optional()
  },
})

/** A worker cannot do any seed of a run: its data or its code are others. Another worker may. */
export class RefusedError extends InputError {}

/** What keeps a worker from doing a run as a RefusedError; all else as it is. */
export function asRefusal(error: unknown): unknown {
  return isFinal(error) && !(error instanceof InterruptedError)
    ? new RefusedError((error as Error).message, { cause: error })
    : error
}

/** An error as the reason of a failed job, or as an answer that is none. */
export const errorText = (error: unknown) => JSON.stringify(recordOf(error))

/** Whether the same job would fail again: the data, the settings or a judge are at fault. */
export function isFinal(error: unknown): boolean {
  if (error instanceof InterruptedError) return true
  return error instanceof UnderstudyError && !(error instanceof ExecutionError)
}

/** The error that `errorText` wrote, or that of BullMQ. */
export function errorIn(text: string, seed?: number): Error {
  const record = errorRecord.safeParse(jsonOf(text)).data
  if (record) return errorOf(record)
  const why = /stalled/.test(text)
    ? `it took down every worker that had it (${text}); run it alone on one machine to see why`
    : text
  return new ExecutionError(`${seed === undefined ? '' : `seed ${seed}: `}${why}`)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
