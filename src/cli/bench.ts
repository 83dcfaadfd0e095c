import { Command, InvalidArgumentError, Option } from 'commander'
import { benchDataset, benchGrowth, benchSteps, benchWorkers, growthSizes, type Timing } from '../execution/bench.js'
import { prepare } from '../experiment/prepare.js'
import { growthFigure } from '../report/growth.js'
import { closePictures, pictureOf } from '../report/picture.js'
import { grid } from '../report/table.js'
import type { Engine } from '../two-tower/engine.js'
import { type EngineName, engineNames, installedEngines, makeEngine } from '../two-tower/engines/index.js'
import { writeAtomically } from '../util/files.js'
import { progressBar } from '../util/progress.js'
import { type CommonOptions, configOf, loadConfigured, onNotice, printJson, wholeNumber, withDataOptions } from './options.js'

interface BenchOptions extends CommonOptions {
  repetitions: number
  engines: EngineName[]
  growth?: boolean
  figure?: string
}

export function benchCommand(): Command {
  return withDataOptions(new Command('bench'))
    .description('times training steps, whole trainings, proxies, a policy and rankings on this machine: one thread, engines in turn')
    .addOption(new Option('--engines <names>', 'which, separated by commas').argParser(namesOf).default(installedEngines(), 'all that are installed'))
    .option('--repetitions <n>', 'times each task is repeated; the least counts', wholeNumber(1), 5)
    .option('--growth', 'instead: how the time of an epoch grows with users, items, interactions, pairs, dimension and batch')
    .addOption(new Option('--figure <file.png>', 'writes a picture of that growth').implies({ growth: true }))
    .addHelpText('after', '\nExamples:\n  understudy bench\n  understudy bench --dataset amazon-2014/Beauty --data path/to/data --json\n  understudy bench --engines wasm --figure growth.png\n\nCompare times of one run with one another, not with those of another machine or day.')
    .action(bench)
}

async function bench(options: BenchOptions): Promise<void> {
  const { engines: names, repetitions } = options
  const engines = names.map(makeEngine)
  const about = { node: process.version, platform: `${process.platform} ${process.arch}`, engines: engines.map(({ name }) => name) }
  onNotice(`Node ${about.node}, ${about.platform}; ${about.engines.join(', ')}`)
  if (options.growth) return showGrowth(engines.filter((_, e) => names[e] !== 'tfjs-autodiff'), about, options)
  const config = configOf(options)
  const materials = prepare(await loadConfigured(config, options), config)
  onNotice('steps')
  const steps = await benchSteps(engines, repetitions)
  // Autodiff would take minutes for a training.
  const fast: EngineName[] = names.filter((name) => name !== 'tfjs-autodiff')
  onNotice(`trainings and rankings of ${materials.dataset.name}`)
  const whole = await benchDataset(engines.filter((_, e) => fast.includes(names[e])), materials, repetitions)
  onNotice('worker threads')
  show({ ...about, dataset: materials.dataset.name, timings: [...steps, ...whole, ...(await benchWorkers(fast, materials, repetitions))] }, options)
}

async function showGrowth(engines: Engine[], about: object, options: BenchOptions): Promise<void> {
  const bar = progressBar('bench', 'sizes', growthSizes.length)
  const timings = await benchGrowth(engines, options.repetitions, () => bar.step()).finally(() => bar.stop())
  if (options.figure !== undefined) {
    const points = timings.flatMap(({ engine, seconds, rates }) => Object.entries(rates).map(([quantity, size]) => ({ engine, quantity, size, seconds })))
    writeAtomically(options.figure, await pictureOf(growthFigure(points)).finally(closePictures))
  }
  show({ ...about, timings }, options)
}

function namesOf(text: string): EngineName[] {
  return text.split(',').map((name) => {
    if (!engineNames.includes(name as EngineName)) throw new InvalidArgumentError(`there are ${engineNames.join(', ')}`)
    return name as EngineName
  })
}

function show<T extends { timings: Timing[] }>(document: T, { json }: BenchOptions): void {
  if (json) return printJson(document)
  const ms = (seconds: number) => (1000 * seconds).toPrecision(3)
  const rates = (timing: Timing) => Object.entries(timing.rates).map(([unit, value]) => `${unit === 'of sgemm' ? `${(100 * value).toFixed(0)} %` : value.toPrecision(3)} ${unit}`).join(', ')
  process.stdout.write(grid(['task', 'engine', 'least, ms', 'median, ms', 'rate'], document.timings.map((timing) => [timing.task, timing.engine, ms(timing.seconds), ms(timing.median), rates(timing)])) + '\n')
}
