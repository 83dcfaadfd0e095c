import type { Redis } from 'ioredis'
import type { TrialRow } from '../../experiment/row.js'
import { parseNumbers } from '../../run/checked-json.js'
import { seedSchema } from '../../run/result-schema.js'
import { ExecutionError, quote } from '../../util/errors.js'
import { receiveText, sendText, sentText, type SentText } from './artefacts.js'
import type { TrialJob } from './job.js'

/** Makes the rows of a seed ready to be sent. */
export function sendRows(redis: Redis, run: string, rows: TrialRow[]): Promise<SentText> {
  return sendText(redis, JSON.stringify({ key: run, rows }))
}

/**
 * The rows that a worker sent.
 * @throws ExecutionError for what is no result of this job
 */
export async function receiveRows(
  redis: Redis,
  { run, seed }: TrialJob,
  sent: unknown,
): Promise<TrialRow[]> {
  const text = await receiveText(redis, sentText.parse(sent))
  const document = parseNumbers(text) as { rows: TrialRow[] }
  const { data, error } = seedSchema.safeParse(document)
  if (!data) throw new ExecutionError(`a result that is none: ${quote(error.issues[0].message)}`)
  if (data.key !== run || data.rows.some((row) => row.seed !== seed))
    throw new ExecutionError(`a result of another job than seed ${seed} of run ${run}`)
  // Not what the schema gives: that has its own order of fields.
  return document.rows
}
