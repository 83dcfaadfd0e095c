import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { open, type RootDatabase } from 'lmdb'
import { DataError, quote } from '../util/errors.js'
import type { Completion, Usage } from './chat-model.js'
import { type ChatRequest, keyOf } from './chat-request.js'

/** An answer with its request, as the answer store and its export hold it. */
export interface StoredAnswer {
  request: ChatRequest
  /** The raw answer; empty where a likelihood was wanted. */
  text: string
  /** Log-probabilities (nats) of the most probable first tokens. */
  firstToken?: [token: string, logProbability: number][]
  /** log P(continuation | message), nats. */
  logLikelihood?: number
  /** Tokens used. */
  usage?: Usage
  /** The server's own mark of the model that answered. */
  fingerprint?: string
}

/** Facts about a chat model, from the answers it has given. */
export interface ServerRecord {
  /** Moving average of the time to an answer, seconds. */
  seconds: number
  /** The server's own mark of the model, as it came with the last answer. */
  fingerprint?: string
}

/**
 * A store of chat models' answers, keyed by the SHA-256 of the whole request. An answer that was
 * paid for is never asked for again. Several processes and threads can use a store at once, and a
 * crash loses none of its answers.
 */
export interface AnswerStore {
  /** The answer to a request; undefined where the store has none. */
  get(request: ChatRequest): StoredAnswer | undefined
  /** Stores an answer, in place of an older one to the same request. Resolves when it is safe. */
  put(answer: StoredAnswer): Promise<void>
  /** All answers, in the order of their keys. */
  all(): Iterable<StoredAnswer>
  /** Number of answers. */
  count(): number
  /** Facts about a model; undefined before its first answer. */
  server(backend: string, model: string): ServerRecord | undefined
  /** Stores facts about a model. */
  noteServer(backend: string, model: string, record: ServerRecord): void
  /** Closes the files. No other method may be called afterwards. */
  close(): Promise<void>
}

/**
 * Opens the answer store in a folder, and makes both where there are none.
 * @example
 * const store = openAnswerStore('runs/answers')
 * console.log(store.count())
 * await store.close()
 */
export function openAnswerStore(folder: string): AnswerStore {
  mkdirSync(folder, { recursive: true })
  const root = open({ path: folder })
  openStores.add(root)
  const answers = root.openDB<StoredAnswer, string>({ name: 'answers' })
  const servers = root.openDB<ServerRecord, string>({ name: 'servers' })
  const serverKey = (backend: string, model: string) =>
    createHash('sha256')
      .update(JSON.stringify([backend, model]))
      .digest('hex')
  return {
    get: (request) => answers.get(keyOf(request)),
    async put(answer) {
      await answers.put(keyOf(answer.request), answer)
    },
    *all() {
      for (const { value } of answers.getRange()) yield value
    },
    count: () => answers.getCount(),
    server: (backend, model) => servers.get(serverKey(backend, model)),
    noteServer: (backend, model, record) => void servers.put(serverKey(backend, model), record),
    close() {
      openStores.delete(root)
      return root.close()
    },
  }
}

const openStores = new Set<RootDatabase>()

/**
 * Resolves when everything that was put into stores of this thread is on disk. A thread that is
 * ended in the midst of a write takes the process along.
 */
export async function answersWritten(): Promise<void> {
  await Promise.all([...openStores].map((store) => store.flushed))
}

/** Reads one line of an export. @throws DataError naming file and line */
export function readStoredAnswer(line: string, at: { file: string; line: number }): StoredAnswer {
  let value: Partial<StoredAnswer> | undefined
  try {
    value = JSON.parse(line) as Partial<StoredAnswer>
  } catch {
    value = undefined
  }
  const request = value?.request as Partial<ChatRequest> | undefined
  const whole =
    typeof value?.text === 'string' &&
    typeof request?.model === 'string' &&
    typeof request.backend === 'string' &&
    Array.isArray(request.messages) &&
    typeof request.maxTokens === 'number' &&
    typeof request.parameters === 'object'
  if (!whole)
    throw new DataError(
      `expected an answer as \`understudy answers export\` writes it, got ${quote(line)}`,
      at,
    )
  return value as StoredAnswer
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
export function completionOf({ text, firstToken, usage, fingerprint }: StoredAnswer): Completion {
  return {
    text,
    ...(firstToken ? { firstToken: new Map(firstToken) } : {}),
    ...(usage ? { usage } : {}),
    ...(fingerprint ? { fingerprint } : {}),
  }
}
