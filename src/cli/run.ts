import { join } from 'node:path'
import { Command, Option } from 'commander'
import { estimateExperiment, runExperiment } from '../execution/run-experiment.js'
import { readSettings } from '../experiment/config.js'
import { chatBackend } from '../llm/backends/index.js'
import { estimateLine } from '../llm/estimate.js'
import { presets } from '../presets/index.js'
import { runText } from '../report/run-text.js'
import { runTable } from '../report/table.js'
import { progressBar } from '../util/progress.js'
import { mergeSettings } from '../util/settings.js'
import { checkJudge, judgeOptionsOf, printDryRun } from './asking.js'
import { underHeading } from './help.js'
import { interruption } from './interrupt.js'
import { type MetricsPlace, metricsOfRun, serveMetrics, withMetricsOption } from './metrics.js'
import {
  type AskingOptions,
  dataRoot,
  importsOf,
  onNotice,
  printJson,
  readJson,
  recordOf,
  wholeNumber,
  withAskingOptions,
  withDataOptions,
  withEngineOption,
  withQueueOption,
} from './options.js'

interface RunOptions extends AskingOptions {
  seeds?: number
  seed?: number
  size?: 'smoke' | 'full'
  all?: boolean
  store: string
  other: string[]
  out?: string
  workers?: number
  queue?: string
  metricsPort?: MetricsPlace
}

export function runCommand(): Command {
  const command = withEngineOption(withAskingOptions(withDataOptions(new Command('run'))))
  return withMetricsOption(underHeading(command, 'Other machines', withQueueOption))
    .description(
      'Runs an experiment (a preset) over several seeds, and prints a table of what it compares.',
    )
    .argument('<preset|config.json>', `${presets.names().join(', ')}; or a file that names one`)
    .option(
      '--seeds <n>',
      'number of seeds; each repeats the whole procedure (default: 4, or as --size says)',
      wholeNumber(1),
    )
    .option('--seed <s>', 'run this seed only', wholeNumber(0))
    .option('--workers <n>', 'worker threads (default: one for each core)', wholeNumber(1))
    .addOption(
      new Option(
        '--size <size>',
        'settings and seeds of the preset: smoke takes seconds, full makes published figures',
      ).choices(['smoke', 'full']),
    )
    .option(
      '--store <folder>',
      'folder of finished trainings and learned policies, shared by all runs',
      join('runs', 'store'),
    )
    .option(
      '--other <name>',
      'another data set, for presets that compare several (repeatable)',
      (name: string, names: string[]) => [...names, name],
      [],
    )
    .option('--all', 'show every arm, metric and comparison')
    .option('--out <folder>', 'folder of the results (default: runs/<preset>-<data set>-<key>)')
    .addHelpText('after', examples)
    .action(run)
}

const examples = `
Examples:
  understudy run policy-vs-baselines
  understudy run policy-vs-baselines --dataset amazon-2014/Beauty \\
    --data path/to/data --seeds 5 --json
  understudy run policy-vs-baselines --interactions orders.csv \\
    --items products.csv --column user=customer --set policy.budget=100

Finished work is kept: to continue an interrupted command, repeat it.`

async function run(what: string, options: RunOptions): Promise<void> {
  const { name, settings } = presetAndSettings(what)
  const preset = presets.get(name)
  const size = options.size && preset.sizes[options.size]
  const others = options.other.length > 0 ? { others: options.other.map((name) => ({ name })) } : {}
  const record = recordOf(options, { ...settings, ...others })
  const { config, runtime } = readSettings(
    mergeSettings(structuredClone(size?.settings ?? {}), record),
  )
  const { maxCalls, maxCost, bill } = judgeOptionsOf(options, { runtime })
  const how = {
    settings: record,
    size: options.size,
    seeds:
      options.seed !== undefined
        ? [options.seed]
        : options.seeds === undefined
          ? undefined
          : Array.from({ length: options.seeds }, (_, s) => s),
    dataRoot: dataRoot(options),
    out: options.out,
    store: options.store,
    answers: options.answers,
    replay: options.replay,
    engine: options.engine,
    workers: options.workers,
    queue: options.queue,
    imports: importsOf(process.argv),
    limits: { maxCalls, maxCost, bill },
    progress: progressBar,
    onNotice,
  }
  if (options.dryRun) {
    const { judge, estimate } = await estimateExperiment(preset.name, how)
    return printDryRun(judge, estimate, { free: chatBackend(config.llm).free, json: options.json })
  }
  const metrics = options.metricsPort && (await serveMetrics(options.metricsPort))
  const { result, folder } = await runExperiment(preset.name, {
    ...how,
    onStatus: (status) => metrics?.set(metricsOfRun(status)),
    signal: interruption(),
    beforeAsking(judge, estimate) {
      checkJudge(options, { config })
      onNotice(estimateLine(judge, estimate))
    },
  }).finally(() => metrics?.close())
  if (options.json) printJson(result)
  else process.stdout.write(`${options.all ? runTable(result) : runText(result)}\n`)
  onNotice(`results: ${folder}`)
}

function presetAndSettings(what: string): { name: string; settings?: Record<string, unknown> } {
  if (!what.endsWith('.json')) return { name: what }
  const { preset, ...settings } = readJson(what)
  return { name: String(preset), settings }
}
