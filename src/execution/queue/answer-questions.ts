import type { Job } from 'bullmq'
import { z } from 'zod'
import type { Setup } from '../../experiment/setup.js'
import { chatBackend } from '../../llm/backends/index.js'
import type { ChatModel } from '../../llm/chat-model.js'
import { chatModel, inFlightOf } from '../../llm/model.js'
import type { RunEvents } from '../../run/executor.js'
import { InputError, InterruptedError, quote } from '../../util/errors.js'
import { errorText } from './job-error.js'
import { checkSize, type TrialJob } from './job.js'
import { type Link, type LinkOptions, questionsQueue, workerOptions } from './link.js'
import { loadBullmq } from './redis.js'
import { type Answer, llmDigest, type Question } from './shared.js'

const question = z.strictObject({
  llm: z.string(),
  messages: z.array(z.strictObject({ role: z.enum(['system', 'user']), content: z.string() })),
  maxTokens: z.int().nonnegative(),
  promptVersion: z.string().optional(),
  texts: z.array(z.string()).optional(),
})

/** What workers need to know of the chat model: nothing but its name, where it is asked here. */
export function judgeOf(
  { config: { llm } }: Setup,
  folders: RunEvents['folders'],
): Pick<TrialJob, 'concurrency' | 'judge'> {
  const concurrency = inFlightOf(llm, folders.runtime)
  if (chatBackend(llm).free) return { concurrency }
  const { name, logLikelihoods } = chatModel(llm, folders)
  return { concurrency, judge: { name, likelihoods: logLikelihoods !== undefined } }
}

/**
 * Answers the questions of a run's workers, by the configured chat model alone: its key, the store
 * of its answers, its limits and its retries are those of this machine.
 */
export async function answerQuestions(
  { queue: trials, redis, watch }: Link,
  run: string,
  { config: { llm } }: Setup,
  { folders, signal }: RunEvents,
  { url }: LinkOptions,
): Promise<{ close(): Promise<void> }> {
  const { Queue, Worker } = await loadBullmq()
  const name = questionsQueue(run)
  const queue = new Queue(name, { connection: redis, prefix: trials.opts.prefix })
  // Answers of an earlier coordinator are in the store, its failures are asked again.
  await queue.clean(0, 0, 'completed')
  const model = chatModel(llm, folders)
  const digest = llmDigest(llm)
  const answerJob = async ({ data }: Job) => {
    try {
      return { answer: await answerTo(readQuestion(data, digest), model, signal) }
    } catch (error) {
      // It is asked again when the run goes on.
      if (error instanceof InterruptedError) throw error
      return { error: errorText(error) }
    }
  }
  const concurrency = inFlightOf(llm, folders.runtime)
  const worker = new Worker(name, answerJob, { ...workerOptions(url), concurrency })
  worker.on('error', (error) => watch.refused(error))
  return {
    async close() {
      await worker.close()
      await queue.obliterate({ force: true })
      await queue.close()
    },
  }
}

/** @throws InputError for what is no question to the configured model */
function readQuestion(data: unknown, digest: string): Question {
  const { data: asked, error } = question.safeParse(checkSize('question', data))
  if (!asked) throw new InputError(`a question that is none: ${quote(error.issues[0].message)}`)
  if (asked.llm === digest) return asked
  throw new InputError('a question to another chat model than that of the run')
}

async function answerTo(
  { messages, maxTokens, promptVersion, texts }: Question,
  model: ChatModel,
  signal?: AbortSignal,
): Promise<Answer> {
  const options = { promptVersion, signal }
  if (texts === undefined) {
    const { firstToken, ...answer } = await model.complete(messages, { ...options, maxTokens })
    return { ...answer, ...(firstToken ? { firstToken: [...firstToken] } : {}) }
  }
  if (!model.logLikelihoods || messages.length !== 1)
    throw new InputError(`${model.name} gives no likelihoods`)
  const likelihoods = await model.logLikelihoods(messages[0].content, texts, options)
  return { text: '', likelihoods }
}
