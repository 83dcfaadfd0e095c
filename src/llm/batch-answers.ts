import { z } from 'zod'
import { ProviderError } from '../util/errors.js'
import { wordsOf } from './completion.js'

const count = z.int().nonnegative().default(0)

const description = z.object({
  id: z.string().min(1),
  status: z.string(),
  output_file_id: z.string().nullish(),
  error_file_id: z.string().nullish(),
  request_counts: z
    .object({ completed: count, failed: count })
    .prefault({})
    .catch({ completed: 0, failed: 0 }),
  errors: z
    .object({ data: z.tuple([z.object({ message: z.string() })], z.unknown()) })
    .optional()
    .catch(undefined),
})

/** A batch, as a server describes it. @throws ProviderError for anything else */
export function readBatch(value: unknown, server: string): z.output<typeof description> {
  const { data } = description.safeParse(value)
  if (!data)
    throw new ProviderError(`${server}: the server sent no valid description of a batch`, false)
  return data
}

const answerLine = z
  .object({
    custom_id: z.string(),
    response: z.object({ status_code: z.int(), body: z.unknown() }),
  })
  .transform(({ custom_id: key, response: { status_code: status, body } }) => {
    const { error } = (body ?? {}) as { error?: unknown }
    return { key, body, error: status === 200 ? undefined : wordsOf(error ?? { status }) }
  })

/** A line of a batch's output: the key of a question, and its answer or error. */
export function readAnswerLine(line: string): z.output<typeof answerLine> | undefined {
  return answerLine.safeParse(parsedJson(line)).data
}

/** The value of a JSON text; undefined where it is none. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
