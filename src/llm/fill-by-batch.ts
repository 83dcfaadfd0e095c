import { join } from 'node:path'
import { InputError, ProviderError } from '../util/errors.js'
import { openAnswerStore } from './answer-store.js'
import { chatBackend } from './backends/index.js'
import { openaiServer } from './backends/openai.js'
import { askByBatch, type BatchOptions } from './batch.js'
import type { ChatModel } from './chat-model.js'
import { type ChatRequest, keyOf, type Prompt, requestOf } from './chat-request.js'
import { defaultLlmRuntime, type LlmConfig } from './settings.js'
import { askingFolder, doOnce } from './do-once.js'
import type { Limits } from './limits.js'
import { requestParameters } from './parameters.js'
import { batchShare, costOf, priceOf } from './prices.js'
import { newBill, spendingOf } from './spending.js'
import { mostAnswerTokens, promptTokens } from './tokens.js'
import { sha256 } from '../util/sha256.js'

/** Options of `fillByBatch`; none of them changes an answer. */
export interface FillOptions extends BatchOptions, Limits {
  /** Folder of the answer store, which is needed. */
  answers?: string
}

/**
 * Fills the answer store through the OpenAI Batch API, at half the price and within a day: sends
 * the prompts whose answers the store lacks, and waits. It can be stopped at any moment; the same
 * call continues with the same batch. Afterwards, `chatModel` with `batched` takes the answers from
 * the store. Of several processes that do so for one server and model, one sends at a time.
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
  const name = folderName(backend, model.name)
  const source = { backend, parameters: requestParameters(config) }
  const fill = async () => {
    const requests = new Map<string, ChatRequest>()
    for await (const prompt of prompts) {
      if (prompt.continuation !== undefined) throw noBatchApi()
      const request = requestOf(model, source, prompt)
      if (store.get(request) === undefined) requests.set(keyOf(request), request)
    }
    const missing = [...requests.values()]
    await countBatch(missing, config, { ...options, answers })
    await askByBatch(config, missing, store, join(answers, 'batches', name), options)
  }
  try {
    // One process at a time: another would send the same questions again.
    let filled = false
    const work = () => fill().then(() => void (filled = true))
    await doOnce(askingFolder(answers), [`batch-${name}`], () => filled, work, options.signal)
  } finally {
    await store.close()
  }
}

/**
 * Counts the requests against the limits, all of them at the most that they can cost.
 * @throws ProviderError where they could break a limit
 */
async function countBatch(
  requests: ChatRequest[],
  config: LlmConfig,
  options: FillOptions,
): Promise<void> {
  const { runtime = defaultLlmRuntime, maxCalls = Infinity, maxCost = Infinity } = options
  const price = priceOf(config, runtime)
  let cost = 0
  if (price && maxCost < Infinity)
    for (const { messages, maxTokens, parameters } of requests) {
      const completion = mostAnswerTokens(parameters, maxTokens)
      const usage = { prompt: await promptTokens(messages), completion, cached: 0 }
      cost += batchShare * costOf(usage, price)
    }
  const change = spendingOf(options.bill ?? newBill(), options.answers)
  const refused = await change((spending) => {
    if (spending.calls + requests.length > maxCalls) return `are more than --max-calls ${maxCalls}`
    if (spending.spent + cost > maxCost)
      return (
        `could cost ${cost.toFixed(4)} ${price!.currency} as a batch,` +
        ` more than --max-cost ${maxCost}`
      )
    spending.calls += requests.length
    spending.finished += requests.length
    spending.spent += cost
    return undefined
  })
  if (refused)
    throw new ProviderError(`nothing sent: ${requests.length} questions ${refused}`, false)
}

/** Batches that were sent to this server and model are remembered under this name. */
function folderName(backend: string, model: string): string {
  return sha256(JSON.stringify([backend, model])).slice(0, 32)
}

function noBatchApi(): InputError {
  return new InputError(
    '--batch needs a server with the OpenAI Batch API:' +
      ' --llm-url https://api.openai.com/v1 --llm-model NAME',
  )
}
