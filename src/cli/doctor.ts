import { createHash } from 'node:crypto'
import { availableParallelism, totalmem } from 'node:os'
import { Command } from 'commander'
import { readAnswer } from '../augmentation/answer.js'
import { askings } from '../augmentation/askings/index.js'
import { findDatasets } from '../dataset/find.js'
import { version } from '../experiment/provenance.js'
import type { ChatModel, Completion } from '../llm/chat-model.js'
import type { LlmConfig } from '../llm/config.js'
import { chatModel } from '../llm/model.js'
import { afterThought, thinkingAdvice } from '../llm/thoughts.js'
import { engines, makeEngine } from '../two-tower/engines/index.js'
import { wasmEngine } from '../two-tower/engines/wasm.js'
import { quote } from '../util/errors.js'
import {
  type CommonOptions,
  dataRoot,
  onNotice,
  printJson,
  settingsOf,
  withDataOptions,
  withLlmOptions,
} from './options.js'

interface Check {
  name: string
  ok: boolean
  says: string
}

/** SHA-256 of the scores of a fixed small model: the same on every machine. */
const expectedBits = '82728875510c56dc'

/** `understudy doctor`: what works on this machine. */
export function doctorCommand(): Command {
  return withLlmOptions(withDataOptions(new Command('doctor')))
    .description(
      'Checks Node, memory, engines, data and the language model. If something does not work, ' +
        'it says what to do.',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  understudy doctor\n  understudy doctor --llm-url http://localhost:8080/v1 --llm-model my-model',
    )
    .action(async (options: CommonOptions) => {
      const checks = [
        node(),
        memory(),
        engine(),
        otherEngines(),
        await data(options),
        await llm(options),
      ]
      if (options.json) printJson({ understudy: version, checks })
      else
        for (const { name, ok, says } of checks)
          process.stdout.write(`${ok ? 'ok  ' : 'FAIL'}  ${name.padEnd(10)}  ${says}\n`)
      if (checks.some(({ ok }) => !ok)) process.exitCode = 1
    })
}

function node(): Check {
  const [major, minor] = process.versions.node.split('.').map(Number)
  return {
    name: 'node',
    ok: major > 20 || (major === 20 && minor >= 19),
    says: `${process.version} on ${process.platform} ${process.arch}; at least v20.19 is needed`,
  }
}

function memory(): Check {
  const gib = totalmem() / 2 ** 30
  return {
    name: 'machine',
    ok: gib >= 2,
    says: `${availableParallelism()} cores, ${gib.toFixed(1)} GiB of memory; at least 2 GiB are needed`,
  }
}

function engine(): Check {
  const dim = 5
  const fill = (n: number) =>
    Float32Array.from({ length: n * dim }, (_, k) => ((k * 37) % 101) / 101 - 0.5)
  const out = new Float32Array(3 * 7)
  wasmEngine().score(
    { dim, users: fill(3), items: fill(7) },
    Int32Array.of(0, 1, 2),
    Int32Array.of(0, 1, 2, 3, 4, 5, 6),
    out,
  )
  const bits = createHash('sha256').update(new Uint8Array(out.buffer)).digest('hex').slice(0, 16)
  return {
    name: 'engine',
    ok: bits === expectedBits,
    says:
      bits === expectedBits
        ? 'WebAssembly SIMD, expected bits'
        : `WebAssembly gives other bits (${bits}) than expected (${expectedBits}); please report it`,
  }
}

/** Engines that are optional, so a missing one is no failure. */
function otherEngines(): Check {
  const others = engines.names().filter((name) => name !== 'wasm')
  const says = others.map((name) => {
    try {
      return `${makeEngine(name).name} works`
    } catch (error) {
      return (error as Error).message
    }
  })
  return { name: 'engines', ok: true, says: says.join('; ') }
}

async function data(options: CommonOptions): Promise<Check> {
  const root = dataRoot(options)
  const found = await findDatasets(root)
  return {
    name: 'data',
    ok: true,
    says:
      found.length > 0
        ? `${found.length} data sets under ${root}`
        : `none under ${root}; \`understudy data fetch\` gets some, and synthetic needs none`,
  }
}

/** Asks one question as `audit` and `augment` ask theirs. */
async function llm(options: CommonOptions): Promise<Check> {
  const name = 'chat model'
  try {
    const { config, runtime } = settingsOf(options)
    const model = chatModel(config.llm, { runtime: runtime.llm, onNotice })
    const answers: Completion[] = []
    const heard: ChatModel = {
      ...model,
      async complete(messages, how) {
        const answer = await model.complete(messages, how)
        answers.push(answer)
        return answer
      },
    }
    const asking = askings.get(config.augmentation.asking)
    const asker = asking.make({ model: heard, items: [teapot, tyre], config: config.augmentation })
    const [{ failures }] = await asker.ask(0, [{ text: kettle }, { text: cup }], [[0, 1]])
    const [answer] = answers
    if (failures.length > 0) return { name, ok: false, says: `${failures[0]}${toMend(answer)}` }
    if (!answer) return { name, ok: true, says: `${model.name} gives likelihoods` }
    const says = `${model.name} answered ${quote(answer.text)}${marginsOf(answer, config.llm)}`
    return { name, ok: true, says }
  } catch (error) {
    return { name, ok: false, says: (error as Error).message }
  }
}

const kettle = { title: 'Copper kettle', categories: [['Kitchen', 'Tea']] }
const cup = { title: 'Porcelain tea cup', categories: [['Kitchen', 'Tea']] }
const teapot = { title: 'Glass teapot', categories: [['Kitchen', 'Tea']] }
const tyre = { title: 'Winter tyre', categories: [['Car', 'Wheels']] }

const holdIt =
  'hold it to the digits by --set llm.constrain=grammar (llama.cpp), choice (vLLM),' +
  ' logit-bias (OpenAI) or json-schema (Ollama, LM Studio)'

/** What mends a text that is no answer; of a thought, its message says it. */
function toMend(answer: Completion | undefined): string {
  return answer && afterThought(answer.text) ? `; ${holdIt}` : ''
}

/** Whether answers have margins, and what would give them some. */
function marginsOf(answer: Completion, { constrain }: LlmConfig): string {
  const { margin } = readAnswer(answer)
  if (margin !== undefined)
    return `, with the log-probabilities of both (${margin.toFixed(2)} nats)`
  const why = afterThought(answer.text)?.thought
    ? `those of a thought do not count; ${thinkingAdvice}`
    : constrain === 'json-schema'
      ? 'json-schema hides them: --set llm.constrain=none, grammar (llama.cpp) or choice (vLLM)'
      : answer.firstToken
        ? `those that come are hardly of 1 and 2; ${holdIt}`
        : 'the server gives none (llama.cpp, vLLM and most models of OpenAI do)'
  return `, without log-probabilities, so that pairs have no margins: ${why}`
}
