import { createHash } from 'node:crypto'
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { basename } from 'node:path'
import PQueue from 'p-queue'
import { ConfigError, InputError, ProviderError, InterruptedError } from '../util/errors.js'
import type { ChatModel, Message } from './chat-model.js'

/** Most tokens of a prompt; a model trained on fewer has its own limit. */
const mostTokens = 8192

/** The part of node-llama-cpp, an optional peer, that is used. */
interface Runtime {
  getLlama(options: {
    gpu: false
    build: 'never'
    logLevel: 'error'
  }): Promise<{ loadModel(options: { modelPath: string }): Promise<Model> }>
  resolveChatWrapper(model: Model): {
    generateContextState(options: {
      chatHistory: { type: string; text?: string; response?: string[] }[]
    }): { contextText: { tokenize(tokenizer: Tokenizer): Token[] } }
  }
}
type Token = number
type Tokenizer = (text: string) => Token[]
interface Model {
  tokenizer: Tokenizer
  trainContextSize: number
  tokens: { bos: Token | null; shouldPrependBosToken: boolean }
  tokenize: Tokenizer
  createContext(options: {
    contextSize: number
    swaFullCache: boolean
    threads: number
  }): Promise<{ contextSize: number; getSequence(): Sequence }>
}
interface Sequence {
  nextTokenIndex: number
  adaptStateToTokens(tokens: Token[], allowShift: boolean): Promise<void>
  controlledEvaluate(
    input: (
      | Token
      | [
          Token,
          {
            generateNext: {
              logits: { filter: { tokens: Token[]; includeSelected: boolean } }
              totalLogitWeight: boolean
            }
          },
        ]
    )[],
  ): Promise<({ next: { logits?: Map<Token, number>; totalLogitWeight?: number } } | undefined)[]>
}
interface Loaded {
  model: Model
  sequence: Sequence
  contextSize: number
  chatTokens(messages: Message[]): Token[]
}

/**
 * A model file inside this process, by node-llama-cpp. One request at a time, each using all cores
 * (more threads than cores are ten times slower); what a prompt shares with the one before it is
 * not read again. Values move in the third digit with what was cached, so answers are stored, never
 * recomputed.
 */
export function ggufModel(file: string): ChatModel {
  const queue = new PQueue({ concurrency: 1 })
  let loading: Promise<Loaded> | undefined
  const inTurn = <T>(signal: AbortSignal | undefined, work: (loaded: Loaded) => Promise<T>) =>
    queue.add(async () => {
      if (signal?.aborted) throw new InterruptedError('stopped: stored answers are kept')
      return work(await (loading ??= load(file)))
    })
  return {
    name: basename(file),
    offline: false,
    complete: (messages, { signal }) =>
      inTurn(signal, async (loaded) => {
        const prompt = loaded.chatTokens(messages)
        const digits = ['1', '2'].map((digit) => loaded.model.tokenize(digit).at(-1)!)
        const [{ logits, log }] = await nextLogits(loaded, prompt, [digits])
        const firstToken = new Map(
          ['1', '2'].map((digit, k) => [digit, logits.get(digits[k])! - log]),
        )
        return {
          text: firstToken.get('1')! >= firstToken.get('2')! ? '1' : '2',
          firstToken,
          usage: { prompt: prompt.length, completion: 1, cached: 0 },
        }
      }),
    logLikelihoods: (context, texts, { signal }) =>
      inTurn(signal, async (loaded) => {
        const { model } = loaded
        const { bos, shouldPrependBosToken } = model.tokens
        const prefix = [
          ...(bos !== null && shouldPrependBosToken ? [bos] : []),
          ...model.tokenize(context),
        ]
        const sums: number[] = []
        for (const text of texts) {
          if (signal?.aborted) throw new InterruptedError('stopped: stored answers are kept')
          const own = model.tokenize(text)
          const next = await nextLogits(
            loaded,
            prefix,
            own.map((token) => [token]),
            own,
          )
          sums.push(
            own.reduce((sum, token, k) => sum + next[k].logits.get(token)! - next[k].log, 0),
          )
        }
        return sums
      }),
  }
}

/**
 * SHA-256 (hex, 16) of the size and both ends of the file: tells models apart without reading
 * gigabytes.
 */
export function ggufFingerprint(file: string): string {
  const size = ggufSize(file)
  const hash = createHash('sha256').update(String(size))
  const part = Buffer.alloc(Math.min(size, 1 << 20))
  const handle = openSync(file, 'r')
  try {
    for (const at of [0, size - part.length]) {
      readSync(handle, part, 0, part.length, at)
      hash.update(part)
    }
  } finally {
    closeSync(handle)
  }
  return hash.digest('hex').slice(0, 16)
}

function ggufSize(file: string): number {
  try {
    return statSync(file).size
  } catch {
    throw new ConfigError(
      `there is no model file ${JSON.stringify(file)}; give the path of a GGUF file` +
        ' (`npm run models` fetches two small ones into data/models)',
    )
  }
}

async function load(file: string): Promise<Loaded> {
  ggufSize(file)
  const { getLlama, resolveChatWrapper } = await runtime()
  try {
    const llama = await getLlama({ gpu: false, build: 'never', logLevel: 'error' })
    const model = await llama.loadModel({ modelPath: file })
    const context = await model.createContext({
      contextSize: Math.min(mostTokens, model.trainContextSize),
      swaFullCache: true,
      threads: availableParallelism(),
    })
    const wrapper = resolveChatWrapper(model)
    const chatTokens = (messages: Message[]) => {
      const chatHistory = messages.map(({ role, content }) => ({ type: role, text: content }))
      return wrapper
        .generateContextState({ chatHistory: [...chatHistory, { type: 'model', response: [''] }] })
        .contextText.tokenize(model.tokenizer)
    }
    return { model, sequence: context.getSequence(), contextSize: context.contextSize, chatTokens }
  } catch (error) {
    throw new ProviderError(`${file}: ${(error as Error).message}; is it a GGUF model?`, false, {
      cause: error,
    })
  }
}

/** In a variable, so that neither compiler nor bundler looks for the optional peer. */
const peer = 'node-llama-cpp'
/** Path at which `npm run models` installs it. */
const besideModels = new URL(
  `../../data/models/node_modules/${peer}/dist/index.js`,
  import.meta.url,
)

async function runtime(): Promise<Runtime> {
  try {
    return (await import(existsSync(besideModels) ? besideModels.href : peer)) as Runtime
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new ConfigError(
      `a GGUF model needs the package ${peer}, which cannot be loaded (${code ?? message}):` +
        ` npm install ${peer}@3.22`,
      { cause: error },
    )
  }
}

/**
 * Reads prefix and text, and gives what the model says before each of `wanted.length` tokens: the
 * logits of the wanted ones, and the logarithm of the whole vocabulary's weight, log sum
 * exp(logit).
 */
async function nextLogits(
  { sequence, contextSize }: Loaded,
  prefix: Token[],
  wanted: Token[][],
  text: Token[] = [],
): Promise<{ logits: Map<Token, number>; log: number }[]> {
  const length = prefix.length + text.length
  if (length > contextSize)
    throw new InputError(
      `a prompt has ${length} tokens, the model's context ${contextSize}; leave out old items:` +
        ` --set augmentation.historyTokens=${Math.floor(contextSize / 2)}`,
    )
  await sequence.adaptStateToTokens(prefix.slice(0, -1), false)
  const rest = [...prefix.slice(sequence.nextTokenIndex), ...text.slice(0, wanted.length - 1)]
  const first = rest.length - wanted.length
  const evaluated = await sequence.controlledEvaluate(
    rest.map((token, k) =>
      k < first
        ? token
        : [
            token,
            {
              generateNext: {
                logits: { filter: { tokens: wanted[k - first], includeSelected: true } },
                totalLogitWeight: true,
              },
            },
          ],
    ),
  )
  return wanted.map((_, k) => {
    const { logits, totalLogitWeight } = evaluated[first + k]!.next
    // The weight is relative to the largest logit, that of the selected token.
    return { logits: logits!, log: Math.max(...logits!.values()) + Math.log(totalLogitWeight!) }
  })
}
