import { crc32 } from 'node:zlib'
import { z } from 'zod'
import { DataError, quote } from '../util/errors.js'
import type { FileRecord } from './answer-file.js'
import type { Completion } from './chat-model.js'
import { type ChatRequest, keyOf } from './chat-request.js'

const tokens = z.number().nonnegative()

const answerSchema = z.object({
  request: z.object({
    backend: z.string(),
    model: z.string(),
    messages: z.array(z.object({ role: z.enum(['system', 'user']), content: z.string() })),
    continuation: z.string().optional(),
    maxTokens: z.number(),
    parameters: z.record(z.string(), z.unknown()),
    promptVersion: z.string(),
  }),
  /** The raw answer; empty where a likelihood was wanted. */
  text: z.string(),
  /** Log-probabilities (nats) of the most probable first tokens. */
  firstToken: z.array(z.tuple([z.string(), z.number()])).optional(),
  /** log P(continuation | message), nats. */
  logLikelihood: z.number().optional(),
  /** Tokens used. */
  usage: z.object({ prompt: tokens, completion: tokens, cached: tokens }).optional(),
  /** The server's own mark of the model that answered. */
  fingerprint: z.string().optional(),
})

/** An answer with its request, as the answer store and its export hold it. */
export interface StoredAnswer extends z.infer<typeof answerSchema> {}

/** Reads one line of an export. @throws DataError naming file and line */
export function readStoredAnswer(line: string, at: { file: string; line: number }): StoredAnswer {
  const answer = answerSchema.safeParse(jsonOf(line)).data
  if (answer) return answer
  throw new DataError(
    `expected an answer as \`understudy answers export\` writes it, got ${quote(line)}`,
    at,
  )
}

/** A completion as the store keeps it. */
export function storedAnswer(
  request: ChatRequest,
  { text, firstToken, usage, fingerprint }: Completion,
): StoredAnswer {
  return {
    request,
    text,
    ...(firstToken ? { firstToken: [...firstToken] } : {}),
    ...(usage ? { usage } : {}),
    ...(fingerprint ? { fingerprint } : {}),
  }
}

/** A stored answer as the model gave it. */
export function completionOf(answer: Omit<StoredAnswer, 'request'>): Completion {
  const { text, firstToken, usage, fingerprint } = answer
  return {
    text,
    ...(firstToken ? { firstToken: new Map(firstToken) } : {}),
    ...(usage ? { usage } : {}),
    ...(fingerprint ? { fingerprint } : {}),
  }
}

/** A value of the store: the CRC-32 of its key and its JSON in 8 hex digits, and the JSON. */
export function seal(key: string, value: unknown): string {
  const json = JSON.stringify(value)
  return checksum(key, json) + json
}

/** The value under a key as `seal` made it; undefined where it is damaged, or is not of `seal`. */
export function unseal(key: string, sealed: unknown): unknown {
  if (typeof sealed !== 'string') return undefined
  const json = sealed.slice(8)
  return sealed.slice(0, 8) === checksum(key, json) ? jsonOf(json) : undefined
}

/**
 * A record of the store as an answer. Stores of earlier versions hold the answer itself, without a
 * checksum. Undefined where it is damaged.
 */
export function answerOf(key: string, record: unknown): StoredAnswer | undefined {
  if (typeof record === 'string') {
    const sealed = unseal(key, record) as Partial<StoredAnswer> | undefined
    return sealed?.request ? (sealed as StoredAnswer) : undefined
  }
  const answer = answerSchema.safeParse(record).data
  return answer && keyOf(answer.request) === key ? answer : undefined
}

const serverSchema = z.object({
  /** Moving average of the time to an answer, seconds. */
  seconds: z.number(),
  /** The server's own mark of the model, as it came with the last answer. */
  fingerprint: z.string().optional(),
})

/** Facts about a chat model, from the answers it has given. */
export interface ServerRecord extends z.infer<typeof serverSchema> {}

/** The facts that a record of the store has; undefined where it is damaged. */
export function serverOf(key: string, record: unknown): ServerRecord | undefined {
  return serverSchema.safeParse(typeof record === 'string' ? unseal(key, record) : record).data
}

/**
 * What is wrong with a record in the file, if anything is.
 * @internal
 */
export function problemOf(tree: string, { key, value }: FileRecord): string | undefined {
  if (tree !== 'answers' && tree !== 'servers') return undefined
  const text = textIn(value)
  if (text) {
    const sum = checksum(key, text.subarray(8))
    return text.toString('latin1', 0, 8) === sum ? undefined : 'does not match its checksum'
  }
  return value.readUInt16BE() === inlineObject ? undefined : 'is of an unknown kind'
}

/** How objects begin that stores of earlier versions hold. */
const inlineObject = 0xd472

/** The bytes of a text in MessagePack; undefined for anything else. */
function textIn(value: Buffer): Buffer | undefined {
  const [first] = value
  const [start, length] =
    first === 0xdb
      ? [5, value.readUInt32BE(1)]
      : first === 0xda
        ? [3, value.readUInt16BE(1)]
        : first === 0xd9
          ? [2, value[1]]
          : [1, first >= 0xa0 && first < 0xc0 ? first - 0xa0 : -1]
  return start + length === value.length ? value.subarray(start) : undefined
}

function checksum(key: string | Buffer, json: string | Buffer): string {
  return crc32(json, crc32(key)).toString(16).padStart(8, '0')
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
