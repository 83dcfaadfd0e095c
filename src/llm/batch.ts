import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import OpenAI, { toFile } from 'openai'
import { InterruptedError, ProviderError } from '../util/errors.js'
import { writeAtomically } from '../util/files.js'
import { type AnswerStore, type ChatRequest, keyOf, storedAnswer } from './answer-store.js'
import type { LlmConfig } from './config.js'
import { chatBody, clientOf, providerError, readCompletion } from './openai-chat.js'

/** Most requests of one batch that OpenAI takes. */
const mostRequests = 50_000

/** A batch of ours that was sent, or was about to be: its requests lie in `<id>.jsonl`, its name at the server in `<id>.json`. */
interface Sent {
  id: string
  requests: Map<string, ChatRequest>
  batch: string | undefined
}

/** Run-time things of a batch. */
export interface BatchOptions {
  signal?: AbortSignal
  pollSeconds: number
  onProgress?: (done: number, total: number) => void
  onNotice?: (line: string) => void
}

/**
 * Asks by the OpenAI Batch API, at half the price within a day: first collects what earlier commands sent, then sends
 * what the store still lacks, and waits. It may be stopped at any moment; the same command goes on with the same batch.
 * @param folder - where batches sent to this server and model are remembered
 */
export async function askByBatch(config: LlmConfig, requests: Iterable<ChatRequest>, store: AnswerStore, folder: string, options: BatchOptions): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const client = clientOf(config)
  try {
    for (const sent of await sentBefore(client, folder)) await collect(client, config, sent, store, folder, options)
    const missing = [...requests].filter((request) => store.get(request) === undefined)
    const sent: Sent[] = []
    for (let from = 0; from < missing.length; from += mostRequests) sent.push(await send(client, config, missing.slice(from, from + mostRequests), folder, options))
    for (const one of sent) await collect(client, config, one, store, folder, options)
  } catch (error) {
    if (options.signal?.aborted) throw new InterruptedError('stopped; what was sent goes on at the server, and the same command collects it', { cause: error })
    throw providerError(error, config)
  }
}

async function send(client: OpenAI, config: LlmConfig, requests: ChatRequest[], folder: string, { signal, onNotice }: BatchOptions): Promise<Sent> {
  const byKey = new Map(requests.map((request) => [keyOf(request), request]))
  const id = createHash('sha256').update([...byKey.keys()].sort().join('\n')).digest('hex').slice(0, 32)
  // Before anything is sent: should we die in between, the next command finds the batch at the server by this id.
  writeAtomically(join(folder, `${id}.jsonl`), [...byKey.values()].map((request) => JSON.stringify(request) + '\n').join(''))
  const lines = [...byKey].map(([key, { model, messages, maxTokens }]) => JSON.stringify({ custom_id: key, method: 'POST', url: '/v1/chat/completions', body: chatBody(config, model, messages, maxTokens) }) + '\n')
  const file = await client.files.create({ file: await toFile(Buffer.from(lines.join('')), 'batch.jsonl'), purpose: 'batch' }, { signal, maxRetries: config.maxRetries })
  // Not tried again by itself: a batch whose answer got lost would be paid twice.
  const { id: batch } = await client.batches.create({ input_file_id: file.id, endpoint: '/v1/chat/completions', completion_window: '24h', metadata: { understudy: id } }, { signal })
  writeAtomically(join(folder, `${id}.json`), JSON.stringify({ batch }) + '\n')
  onNotice?.(`${byKey.size} questions sent as ${batch}; it may be left (Ctrl-C), the same command collects the answers`)
  return { id, requests: byKey, batch }
}

/** Batches whose answers were never collected. */
async function sentBefore(client: OpenAI, folder: string): Promise<Sent[]> {
  const sent: Sent[] = []
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.jsonl')).sort()) {
    const id = name.slice(0, -'.jsonl'.length)
    const requests = readFileSync(join(folder, name), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as ChatRequest)
    const known = join(folder, `${id}.json`)
    const batch = existsSync(known) ? (JSON.parse(readFileSync(known, 'utf8')) as { batch: string }).batch : await findBatch(client, id)
    sent.push({ id, requests: new Map(requests.map((request) => [keyOf(request), request])), batch })
  }
  return sent
}

async function findBatch(client: OpenAI, id: string): Promise<string | undefined> {
  for await (const batch of client.batches.list({ limit: 100 })) if (batch.metadata?.['understudy'] === id) return batch.id
  return undefined
}

async function collect(client: OpenAI, config: LlmConfig, { id, requests, batch: name }: Sent, store: AnswerStore, folder: string, { signal, pollSeconds, onProgress, onNotice }: BatchOptions): Promise<void> {
  const forget = () => [`${id}.json`, `${id}.jsonl`].forEach((file) => rmSync(join(folder, file), { force: true }))
  // It never reached the server: its questions are sent anew.
  if (name === undefined) return forget()
  const request = { signal, maxRetries: config.maxRetries }
  let batch = await client.batches.retrieve(name, request)
  while (['validating', 'in_progress', 'finalizing', 'cancelling'].includes(batch.status)) {
    onProgress?.((batch.request_counts?.completed ?? 0) + (batch.request_counts?.failed ?? 0), requests.size)
    await delay(pollSeconds * 1000, undefined, { signal })
    batch = await client.batches.retrieve(name, request)
  }
  if (batch.output_file_id) {
    const output = await (await client.files.content(batch.output_file_id, request)).text()
    const answered = output.trim().split('\n').map((line) => JSON.parse(line) as { custom_id: string; response?: { status_code: number; body: OpenAI.ChatCompletion } })
    await Promise.all(
      answered.map(({ custom_id: key, response }) => {
        const asked = requests.get(key)
        if (asked && response?.status_code === 200) return store.put(storedAnswer(asked, readCompletion(response.body, config.url!)))
      }),
    )
  }
  forget()
  if (batch.status === 'failed') throw new ProviderError(`${config.url}: batch ${name} failed: ${batch.errors?.data?.[0]?.message ?? 'no reason given'}`, false)
  if (batch.status !== 'completed') onNotice?.(`batch ${name} has ${batch.status}; what it did not answer is sent again`)
}
