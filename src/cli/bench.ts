import { Command, InvalidArgumentError, Option } from 'commander'
import { benchDataset } from '../execution/bench-dataset.js'
import { benchGrowth, growthSizes } from '../execution/bench-growth.js'
import { benchSteps } from '../execution/bench-steps.js'
import { benchThreads } from '../execution/bench-threads.js'
import { timedEngine, type Timing } from '../execution/bench-timing.js'
import { setUp } from '../experiment/setup.js'
import { growthFigure } from '../report/growth.js'
import { closePictures, pictureOf } from '../report/picture.js'
import { grid } from '../util/grid.js'
import type { Engine } from '../two-tower/engine.js'
import { engines, installedEngines } from '../two-tower/engines/index.js'
import { checkFile, writeAtomically } from '../util/files.js'
import { progressBar } from '../util/progress.js'
import {
  type CommonOptions,
  settingsOf,
  loadConfigured,
  onNotice,
  printJson,
  wholeNumber,
  withDataOptions,
} from './options.js'

interface BenchOptions extends CommonOptions {
  repetitions: number
  engines: string[]
  growth?: boolean
  figure?: string
}

const examples = `
Examples:
  understudy bench
  understudy bench --dataset amazon-2014/Beauty --data path/to/data --json
  understudy bench --engines wasm --figure growth.png

Compare times only within one run, not between machines or days.`

/** `understudy bench`: times every engine on this machine. */
export function benchCommand(): Command {
  return withDataOptions(new Command('bench'))
    .description(
      'Measures the time of training steps, whole trainings, learning and ranking on this machine, ' +
        'for one engine after another.',
    )
    .addOption(
      new Option('--engines <names>', 'engines to time, separated by commas')
        .argParser(namesOf)
        .default(installedEngines(), 'all that are installed'),
    )
    .option(
      '--repetitions <n>',
      'number of repetitions of each task; the shortest time counts',
      wholeNumber(1),
      5,
    )
    .option(
      '--growth',
      'measure instead how the time of an epoch grows with users, items, interactions, pairs, ' +
        'dimension and batch size',
    )
    .addOption(
      new Option(
        '--figure <file.png>',
        'write a picture of this growth (implies --growth)',
      ).implies({
        growth: true,
      }),
    )
    .addHelpText('after', examples)
    .action(bench)
}

async function bench(options: BenchOptions): Promise<void> {
  const { engines: names, repetitions } = options
  if (options.figure !== undefined) checkFile(options.figure)
  const timed = names.map(timedEngine)
  const about = {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    engines: timed.map(({ engine }) => engine.name),
  }
  onNotice(`Node ${about.node}, ${about.platform}; ${about.engines.join(', ')}`)
  const fast = timed.filter(({ slow }) => !slow).map(({ engine }) => engine)
  if (options.growth) {
    const timings = await growth(fast, options)
    return printTimings({ ...about, timings }, options)
  }
  const { config, given } = settingsOf(options)
  const setup = setUp(await loadConfigured(config, options), config, [], given)
  const dataset = setup.dataset.name
  onNotice('steps')
  const steps = await benchSteps(timed, repetitions)
  onNotice(`trainings and rankings of ${dataset}`)
  const whole = await benchDataset(fast, setup, repetitions)
  onNotice('worker threads')
  const threaded = names.filter((_, e) => !timed[e].slow)
  const threads = await benchThreads(threaded, setup, repetitions)
  printTimings({ ...about, dataset, timings: [...steps, ...whole, ...threads] }, options)
}

async function growth(engines: Engine[], options: BenchOptions): Promise<Timing[]> {
  const bar = progressBar('bench', 'sizes', growthSizes.length)
  const timings = await benchGrowth(engines, options.repetitions, () => bar.step()).finally(() =>
    bar.stop(),
  )
  if (options.figure !== undefined) {
    const points = timings.flatMap(({ engine, seconds, rates }) =>
      Object.entries(rates).map(([quantity, size]) => ({ engine, quantity, size, seconds })),
    )
    writeAtomically(options.figure, await pictureOf(growthFigure(points)).finally(closePictures))
  }
  return timings
}

function namesOf(text: string): string[] {
  const names = text.split(',')
  if (!names.every((name) => engines.has(name)))
    throw new InvalidArgumentError(`there are ${engines.names().join(', ')}`)
  return names
}

function printTimings<T extends { timings: Timing[] }>(document: T, { json }: BenchOptions): void {
  if (json) return printJson(document)
  const ms = (seconds: number) => (1000 * seconds).toPrecision(3)
  const rows = document.timings.map(({ task, engine, seconds, median, rates }) => [
    task,
    engine,
    ms(seconds),
    ms(median),
    Object.entries(rates).map(rateText).join(', '),
  ])
  process.stdout.write(grid(['task', 'engine', 'least, ms', 'median, ms', 'rate'], rows) + '\n')
}

function rateText([unit, value]: [string, number]): string {
  return unit === 'of sgemm'
    ? `${(100 * value).toFixed(0)} % ${unit}`
    : `${value.toPrecision(3)} ${unit}`
}
