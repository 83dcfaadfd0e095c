import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { InputError, ProviderError } from '../util/errors.js'
import { openAnswerStore } from './answer-store.js'
import { chatBackend } from './backends/index.js'
import { openaiServer } from './backends/openai.js'
import { askByBatch, type BatchOptions } from './batch.js'
import type { ChatModel } from './chat-model.js'
import { type ChatRequest, type Prompt, requestOf } from './chat-request.js'
import { defaultLlmRuntime, type LlmConfig } from './settings.js'
import type { Limits } from './limits.js'
import { mostAnswerTokens, requestParameters } from './parameters.js'
import { batchShare, costOf, priceOf } from './prices.js'
import { mostUsage } from './tokens.js'

/** Options of `fillByBatch`; none of them changes an answer. */
export interface FillOptions extends BatchOptions, Limits {
  /** Folder of the answer store, which is needed. */
  answers?: string
}

/**
 * Fills the answer store through the OpenAI Batch API, at half the price and within a day: sends
 * the prompts whose answers the store lacks, and waits. It can be stopped at any moment; the same
 * call continues with the same batch. Afterwards, `chatModel` with `batched` takes the answers from
 * the store.
 * @throws InputError where the model has no Batch API or no store is given; ProviderError, before
 * anything is sent, where the batch would break a limit; InterruptedError when the signal fires
 */
export async function fillByBatch(
  prompts: AsyncIterable<Prompt>,
  model: Pick<ChatModel, 'name'>,
  config: LlmConfig,
  options: FillOptions,
): Promise<void> {
  const { answers } = options
  const backend = openaiServer.fingerprint(config)
  if (chatBackend(config) !== openaiServer || backend === undefined || answers === undefined)
    throw noBatchApi()
  const store = openAnswerStore(answers)
  try {
    const requests: ChatRequest[] = []
    const source = { backend, parameters: requestParameters(config) }
    for await (const prompt of prompts) {
      if (prompt.continuation !== undefined) throw noBatchApi()
      const request = requestOf(model, source, prompt)
      if (store.get(request) === undefined) requests.push(request)
    }
    await checkLimits(requests, config, options)
    const folder = join(answers, 'batches', folderName(backend, model.name))
    await askByBatch(config, requests, store, folder, options)
  } finally {
    await store.close()
  }
}

/** @throws ProviderError where the requests could break a limit */
async function checkLimits(
  requests: ChatRequest[],
  config: LlmConfig,
  { runtime = defaultLlmRuntime, maxCalls = Infinity, maxCost = Infinity }: FillOptions,
): Promise<void> {
  const nothingSent = (why: string) =>
    new ProviderError(`nothing sent: ${requests.length} questions ${why}`, false)
  if (requests.length > maxCalls) throw nothingSent(`are more than --max-calls ${maxCalls}`)
  const price = priceOf(config, runtime)
  if (!price || maxCost === Infinity) return
  let cost = 0
  for (const { messages, maxTokens } of requests) {
    const usage = await mostUsage(messages, mostAnswerTokens(config) ?? maxTokens)
    cost += batchShare * costOf(usage, price)
  }
  if (cost > maxCost)
    throw nothingSent(
      `could cost ${cost.toFixed(4)} ${price.currency} as a batch, more than --max-cost ${maxCost}`,
    )
}

/** Batches that were sent to this server and model are remembered under this name. */
function folderName(backend: string, model: string): string {
  return createHash('sha256')
    .update(JSON.stringify([backend, model]))
    .digest('hex')
    .slice(0, 32)
}

function noBatchApi(): InputError {
  return new InputError(
    '--batch needs a server with the OpenAI Batch API:' +
      ' --llm-url https://api.openai.com/v1 --llm-model NAME',
  )
}
