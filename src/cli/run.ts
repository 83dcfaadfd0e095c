import { join } from 'node:path'
import { Command, Option } from 'commander'
import { threadExecutor } from '../execution/threads.js'
import { presetByName, presets } from '../experiment/presets/index.js'
import { provenance, runKey } from '../experiment/provenance.js'
import { checkMeasurable, prepare } from '../experiment/prepare.js'
import { runPreset } from '../experiment/run.js'
import { RunStore } from '../experiment/store.js'
import { chatModel } from '../llm/model.js'
import { summarise } from '../report/summary.js'
import { runTable } from '../report/table.js'
import { trialsCsv } from '../report/csv.js'
import { type CommonOptions, configOf, loadConfigured, readJson, wholeNumber, withDataOptions, withLlmOptions } from './options.js'
import { progressBar } from './progress.js'
import { interruption } from './interrupt.js'

interface RunOptions extends CommonOptions {
  seeds?: number
  seed?: number
  size?: 'smoke' | 'full'
  store: string
  other: string[]
  out?: string
  workers?: number
}

export function runCommand(): Command {
  return withLlmOptions(withDataOptions(new Command('run')))
    .description('the whole loop over seeds: a preset, or a config.json that names one')
    .argument('<preset|config.json>', presets.map(({ name }) => name).join(', '))
    .option('--seeds <n>', 'seeds 0 to n - 1, each a whole procedure (default: 4, or those of --size)', wholeNumber(1))
    .option('--seed <s>', 'this seed alone', wholeNumber(0))
    .option('--workers <n>', 'worker threads (default: one a core)', wholeNumber(1))
    .addOption(new Option('--size <size>', "the preset's own settings and seeds: smoke = seconds, full = what figures are published with").choices(['smoke', 'full']))
    .option('--store <folder>', 'finished trainings and policies, shared by all runs', join('runs', 'store'))
    .option('--other <name>', 'a further data set, for presets that compare several (repeatable)', (name: string, names: string[]) => [...names, name], [])
    .option('--out <folder>', 'where results are kept (default: runs/<preset>-<data set>-<key>)')
    .addHelpText('after', examples)
    .action(run)
}

const examples = `
Examples:
  understudy run policy-vs-baselines
  understudy run policy-vs-baselines --dataset amazon-2014/Beauty --data path/to/data --seeds 5 --json
  understudy run policy-vs-baselines --interactions orders.csv --items products.csv --column user=customer --set policy.budget=100

Each finished seed is kept in the folder, each finished training in the store; the same command goes on where an interrupted
one stopped, and no preset trains again what another has.`

async function run(what: string, options: RunOptions): Promise<void> {
  const { name, settings } = presetAndSettings(what)
  const preset = presetByName(name)
  const size = options.size && preset.sizes[options.size]
  const others = options.other.length > 0 ? { others: options.other.map((name) => ({ name })) } : {}
  const config = configOf(options, { ...structuredClone(size?.settings), ...settings, ...others })
  const signal = interruption()
  const dataset = await loadConfigured(config, options, signal)
  const otherDatasets = []
  for (const other of config.others) otherDatasets.push(await loadConfigured({ ...config, dataset: other }, options, signal))
  const materials = prepare(dataset, config, otherDatasets)
  checkMeasurable(materials)
  const origin = provenance(preset.name, config, dataset, 'wasm', otherDatasets)
  const folder = options.out ?? join('runs', `${preset.name}-${dataset.name.replace(/[^\w.-]+/g, '-')}-${runKey(origin)}`)
  const seeds = options.seed === undefined ? Array.from({ length: options.seeds ?? size?.seeds ?? 4 }, (_, s) => s) : [options.seed]
  const store = new RunStore(folder, origin)
  const left = seeds.filter((seed) => store.finished(seed) === undefined)
  const bar = progressBar(preset.name, 'steps', left.length * preset.steps(materials))
  const events = { onStep: () => bar.step(), onTrial: () => undefined, signal, folders: { memo: options.store, answers: options.answers, replay: options.replay } }
  try {
    const judge = chatModel(config.llm).name
    const result = await runPreset(preset, materials, origin, judge, seeds, threadExecutor(options.workers), store, events)
    bar.stop()
    const document = { ...result, summary: summarise(result) }
    store.write('config.json', JSON.stringify({ preset: preset.name, ...config }, null, 2) + '\n')
    store.write('results.json', JSON.stringify(document, null, 2) + '\n')
    store.write('trials.csv', trialsCsv(result.trials))
    process.stdout.write(options.json ? JSON.stringify(document) + '\n' : `${runTable(result)}\n`)
    process.stderr.write(`results: ${folder}\n`)
  } finally {
    bar.stop()
  }
}

function presetAndSettings(what: string): { name: string; settings?: Record<string, unknown> } {
  if (!what.endsWith('.json')) return { name: what }
  const { preset, ...settings } = readJson(what)
  return { name: String(preset), settings }
}
