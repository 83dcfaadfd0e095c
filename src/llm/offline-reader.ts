import { stream } from '../util/random.js'
import { words } from '../util/words.js'
import type { Message } from './chat-model.js'
import type { LlmConfig } from './settings.js'

type Dials = LlmConfig['offline']

/**
 * Name of the offline reader: it says that words are compared and no language model answers, and
 * how the answers were made worse.
 */
export function offlineReaderName({ noise, positionBias }: Dials): string {
  const dials = [
    ...(noise > 0 ? [`noise ${noise}`] : []),
    ...(positionBias !== 0 ? [`position bias ${positionBias}`] : []),
  ]
  const turned = dials.length > 0 ? `; ${dials.join(', ')}` : ''
  return `offline-reader (word overlap, no language model${turned})`
}

/**
 * Nats per unit of mean similarity, so that its log-probabilities are of a model's order of size.
 */
const sharpness = 20

/**
 * Serves the chat-completions protocol from the prompt's text alone: no data set, no network, no
 * state. The prompt's lines that begin with "- " are a history, those with "1. " and "2. " the
 * options; the option whose words are more like the history's lines (mean cosine of word sets) is
 * the answer.
 */
export function offlineFetch({ noise, positionBias }: Dials): typeof fetch {
  return async (_input, init) => {
    const request = JSON.parse(String(init?.body)) as { model: string; messages: Message[] }
    const prompt = request.messages.map(({ content }) => content).join('\n')
    const disturbance = noise > 0 ? noise * stream(0, 'offline reader', prompt).normal() : 0
    return Response.json(
      completionOf(request.model, preference(prompt) + positionBias + disturbance, coin(prompt)),
    )
  }
}

/** log(P("1") / P("2")), nats; 0 where the prompt gives no reason for either. */
export function preference(prompt: string): number {
  const history: Set<string>[] = []
  const options: Set<string>[] = []
  for (const line of prompt.split('\n')) {
    if (line.startsWith('- ')) history.push(marks(line.slice(2)))
    else if (/^[12]\. /.test(line)) options.push(marks(line.slice(3)))
  }
  if (options.length !== 2 || history.length === 0) return 0
  return sharpness * (meanSimilarity(options[0], history) - meanSimilarity(options[1], history))
}

/** Lines that were read lately: the same history comes with each question about a user. */
const remembered = new Map<string, Set<string>>()

/**
 * Marks that a line is compared by: the words of its first field, and each level of the others as
 * a whole.
 */
function marks(line: string): Set<string> {
  let set = remembered.get(line)
  if (set === undefined) {
    if (remembered.size > 20_000) remembered.clear()
    remembered.set(line, (set = read(line)))
  }
  return set
}

function read(line: string): Set<string> {
  const [title, ...fields] = line.split(' | ')
  const levels = fields
    .flatMap((field) => field.split(/ > |; /))
    .map((level) => `=${level.trim().toLowerCase()}`)
  return new Set([
    ...words(title).filter((word) => !tooCommon.has(word) && !/^\d+$/.test(word)),
    ...levels,
  ])
}

const tooCommon = new Set(
  'the and or for with of in to by on at from oz ounce ounces fl fluid ml pack new each'.split(' '),
)

function meanSimilarity(option: Set<string>, history: Set<string>[]): number {
  let sum = 0
  for (const line of history) {
    let shared = 0
    for (const mark of line) if (option.has(mark)) shared++
    if (shared > 0) sum += shared / Math.sqrt(option.size * line.size)
  }
  return sum / history.length
}

/**
 * The answer where there is no reason for either: drawn from the characters of the prompt, so that
 * it favours neither position.
 */
function coin(prompt: string): '1' | '2' {
  let hash = 0
  for (let i = 0; i < prompt.length; i++) hash = (Math.imul(hash, 31) + prompt.charCodeAt(i)) | 0
  return Math.imul(hash, 0x9e3779b1) >>> 31 === 0 ? '1' : '2'
}

function completionOf(model: string, logOdds: number, tie: '1' | '2') {
  const logProbability = {
    '1': -Math.log1p(Math.exp(-logOdds)),
    '2': -Math.log1p(Math.exp(logOdds)),
  }
  const answer = logOdds === 0 ? tie : logOdds > 0 ? '1' : '2'
  const top = Object.entries(logProbability).map(([token, logprob]) => ({
    token,
    logprob,
    bytes: null,
  }))
  return {
    id: 'offline',
    object: 'chat.completion',
    created: 0,
    model,
    choices: [
      {
        index: 0,
        finish_reason: 'stop',
        message: { role: 'assistant', content: answer, refusal: null },
        logprobs: {
          content: [
            { token: answer, logprob: logProbability[answer], bytes: null, top_logprobs: top },
          ],
          refusal: null,
        },
      },
    ],
  }
}
