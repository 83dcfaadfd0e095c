import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import OpenAI, { toFile } from 'openai'
import { DataError, InterruptedError, ProviderError } from '../util/errors.js'
import { writeAtomically } from '../util/files.js'
import { type AnswerStore, storedAnswer } from './answer-store.js'
import { type ChatRequest, keyOf } from './chat-request.js'
import { defaultLlmRuntime, type LlmConfig, type LlmRuntime } from './settings.js'
import { parsedJson, readAnswerLine, readBatch } from './batch-answers.js'
import { answerOf, chatBody, type ChatServer, serverOf } from './openai-chat.js'
import { providerError } from './server-errors.js'
import { sha256 } from '../util/sha256.js'

/** Most requests of one batch that OpenAI takes. */
const mostRequests = 50_000

/**
 * A batch that a command sent, or was about to send: its requests lie in `<id>.jsonl`, its name at
 * the server in `<id>.json`.
 */
interface Sent {
  id: string
  requests: Map<string, ChatRequest>
  batch: string | undefined
}

/** Options of a batch; none of them changes an answer. */
export interface BatchOptions {
  /** How the server is reached. Default: `defaultLlmRuntime`. */
  runtime?: LlmRuntime
  /** Stops the wait; what was sent continues at the server. */
  signal?: AbortSignal
  /** Called with the answered questions so far, and all, at each look at the batch. */
  onProgress?: (done: number, total: number) => void
  /** Called with notices for a person, e.g. the name of a batch that was sent. */
  onNotice?: (line: string) => void
}

/** Server that batches are sent to, and folders of what was sent and answered. */
interface Post {
  server: ChatServer
  config: LlmConfig
  runtime: LlmRuntime
  store: AnswerStore
  folder: string
  options: BatchOptions
}

/**
 * Asks by the OpenAI Batch API, at half the price within a day: first collects what earlier
 * commands sent, then sends what the store still lacks, and waits. It may be stopped at any moment;
 * the same command goes on with the same batch.
 * @param folder - where batches sent to this server and model are remembered
 * @throws InterruptedError when the signal fires; ProviderError where the server refuses
 */
export async function askByBatch(
  config: LlmConfig,
  requests: Iterable<ChatRequest>,
  store: AnswerStore,
  folder: string,
  options: BatchOptions,
): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const { runtime = defaultLlmRuntime } = options
  const server = serverOf(config, runtime)
  const post: Post = { server, config, runtime, store, folder, options }
  try {
    for (const sent of await sentBefore(post)) await collect(post, sent)
    const missing = [...requests].filter((request) => store.get(request) === undefined)
    const sent: Sent[] = []
    for (let from = 0; from < missing.length; from += mostRequests)
      sent.push(await send(post, missing.slice(from, from + mostRequests)))
    for (const one of sent) await collect(post, one)
  } catch (error) {
    if (options.signal?.aborted)
      throw new InterruptedError(
        'stopped: the server continues with what was sent; repeat the command later to collect it',
        { cause: error },
      )
    throw error instanceof OpenAI.OpenAIError ? providerError(error, server) : error
  }
}

async function send(post: Post, requests: ChatRequest[]): Promise<Sent> {
  const { server, config, runtime, folder } = post
  const { signal, onNotice } = post.options
  const byKey = new Map(requests.map((request) => [keyOf(request), request]))
  const id = sha256([...byKey.keys()].sort().join('\n')).slice(0, 32)
  // Before anything is sent: should this process die in between, the next command finds the batch
  // at the server by this id.
  writeAtomically(join(folder, `${id}.jsonl`), jsonLines([...byKey.values()]))
  const lines = [...byKey].map(([key, { model, messages, maxTokens }]) => ({
    custom_id: key,
    method: 'POST',
    url: '/v1/chat/completions',
    body: server.dialect.say({ ...chatBody(config, model, messages, maxTokens) }),
  }))
  const file = await server.client.files.create(
    { file: await toFile(Buffer.from(jsonLines(lines)), 'batch.jsonl'), purpose: 'batch' },
    { signal, maxRetries: runtime.maxRetries },
  )
  // Without retries: a batch whose confirmation got lost would be paid twice.
  const created = await server.client.batches.create(
    {
      input_file_id: file.id,
      endpoint: '/v1/chat/completions',
      completion_window: '24h',
      metadata: { understudy: id },
    },
    { signal },
  )
  const { id: batch } = readBatch(created, server.name)
  writeAtomically(join(folder, `${id}.json`), jsonLines([{ batch }]))
  onNotice?.(
    `${byKey.size} questions sent as ${batch}; you can stop this command (Ctrl-C)` +
      ' and repeat it later to collect the answers',
  )
  return { id, requests: byKey, batch }
}

/** Batches whose answers were never collected. */
async function sentBefore({ server, folder }: Post): Promise<Sent[]> {
  const sent: Sent[] = []
  for (const name of readdirSync(folder)
    .filter((file) => file.endsWith('.jsonl'))
    .sort()) {
    const id = name.slice(0, -'.jsonl'.length)
    const requests = sentLines<ChatRequest>(join(folder, name))
    const known = join(folder, `${id}.json`)
    const batch = existsSync(known)
      ? sentLines<{ batch: string }>(known)[0].batch
      : await findBatch(server.client, id)
    sent.push({
      id,
      requests: new Map(requests.map((request) => [keyOf(request), request])),
      batch,
    })
  }
  return sent
}

async function findBatch(client: OpenAI, id: string): Promise<string | undefined> {
  for await (const batch of client.batches.list({ limit: 100 }))
    if (batch.metadata?.['understudy'] === id) return batch.id
  return undefined
}

/** Waits for a batch, stores its answers, and forgets it. */
async function collect(post: Post, { id, requests, batch: name }: Sent): Promise<void> {
  const { server, folder, options } = post
  const forget = () =>
    [`${id}.json`, `${id}.jsonl`].forEach((file) => rmSync(join(folder, file), { force: true }))
  // It never reached the server: its questions are sent again.
  if (name === undefined) return forget()
  const batch = await finished(post, name, requests.size)
  for (const file of [batch.output_file_id, batch.error_file_id])
    if (file) await storeAnswers(post, file, requests)
  forget()
  const why = batch.errors?.data[0].message ?? 'no reason given'
  if (batch.status === 'failed')
    throw new ProviderError(`${server.name}: batch ${name} failed: ${why}`, false)
  if (batch.status !== 'completed')
    options.onNotice?.(`batch ${name} has ${batch.status}; its unanswered questions are sent again`)
}

const unfinished = new Set(['validating', 'in_progress', 'finalizing', 'cancelling'])

/** The batch once it is finished, whatever became of it. */
async function finished(post: Post, name: string, total: number) {
  const { server, runtime, options } = post
  const { signal, onProgress } = options
  const request = { signal, maxRetries: runtime.maxRetries }
  const look = async () =>
    readBatch(await server.client.batches.retrieve(name, request), server.name)
  let batch = await look()
  while (unfinished.has(batch.status)) {
    const { completed, failed } = batch.request_counts
    onProgress?.(completed + failed, total)
    await delay(runtime.batchPollSeconds * 1000, undefined, { signal })
    batch = await look()
  }
  return batch
}

/** Stores the answers; what is none stays a question without an answer. */
async function storeAnswers(
  { server, runtime, store, options: { signal, onNotice } }: Post,
  file: string,
  requests: Map<string, ChatRequest>,
): Promise<void> {
  const request = { signal, maxRetries: runtime.maxRetries }
  const output = await (await server.client.files.content(file, request)).text()
  const refused: string[] = []
  const keep = async (line: string) => {
    const answer = readAnswerLine(line)
    const asked = answer && requests.get(answer.key)
    if (!asked) return
    if (answer.error !== undefined) return void refused.push(answer.error)
    try {
      await store.put(storedAnswer(asked, await answerOf(answer.body, asked.messages, server)))
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error
      refused.push(error.message)
    }
  }
  await Promise.all(output.split('\n').map(keep))
  if (refused.length > 0)
    onNotice?.(`${refused.length} questions of the batch got no answer, e.g.: ${refused[0]}`)
}

function jsonLines(values: object[]): string {
  return values.map((value) => JSON.stringify(value) + '\n').join('')
}

/** What was sent, as this computer has it. @throws DataError where the file is damaged */
function sentLines<T>(file: string): T[] {
  const values = readFileSync(file, 'utf8').trim().split('\n').map(parsedJson)
  if (values.some((value) => typeof value !== 'object' || value === null))
    throw new DataError('is damaged; if you delete it, its questions are asked again', { file })
  return values as T[]
}
