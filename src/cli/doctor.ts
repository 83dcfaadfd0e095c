import { createHash } from 'node:crypto'
import { availableParallelism, totalmem } from 'node:os'
import { Command } from 'commander'
import { findDatasets } from '../dataset/find.js'
import { version } from '../experiment/provenance.js'
import { chatModel } from '../llm/model.js'
import { engines, makeEngine } from '../two-tower/engines/index.js'
import { wasmEngine } from '../two-tower/engines/wasm.js'
import {
  type CommonOptions,
  dataRoot,
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

/** Puts one question to the configured chat model. */
async function llm(options: CommonOptions): Promise<Check> {
  try {
    const { config, runtime } = settingsOf(options)
    const model = chatModel(config.llm, { runtime: runtime.llm })
    const { text } = await model.complete(
      [{ role: 'user', content: 'Answer with the digit 1 and nothing else.' }],
      { maxTokens: 4 },
    )
    return {
      name: 'chat model',
      ok: true,
      says: `${model.name} answered ${JSON.stringify(text.slice(0, 20))}`,
    }
  } catch (error) {
    return { name: 'chat model', ok: false, says: (error as Error).message }
  }
}
