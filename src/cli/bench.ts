import { Command } from 'commander'
import { benchDataset, benchSteps, type Timing } from '../execution/bench.js'
import { prepare } from '../experiment/prepare.js'
import { grid } from '../report/table.js'
import { wasmEngine } from '../two-tower/engines/wasm.js'
import { type CommonOptions, configOf, loadConfigured, printJson, wholeNumber, withDataOptions } from './options.js'

export function benchCommand(): Command {
  return withDataOptions(new Command('bench'))
    .description('times training steps, whole trainings, proxies, a policy and rankings on this machine, one thread')
    .option('--repetitions <n>', 'times each task is repeated; the least counts', wholeNumber(1), 5)
    .addHelpText('after', '\nExamples:\n  understudy bench\n  understudy bench --dataset amazon-2014/Beauty --data path/to/data --json\n\nCompare times of one run with one another, not with those of another machine or day.')
    .action(async (options: CommonOptions & { repetitions: number }) => {
      const config = configOf(options)
      const materials = prepare(await loadConfigured(config, options), config)
      const engine = wasmEngine()
      process.stderr.write(`${materials.dataset.name}; Node ${process.version}, ${process.platform} ${process.arch}\n`)
      const timings = [...benchSteps(engine, options.repetitions), ...(await benchDataset(engine, materials, options.repetitions))]
      if (options.json) printJson({ dataset: materials.dataset.name, node: process.version, platform: `${process.platform} ${process.arch}`, timings })
      else process.stdout.write(table(timings) + '\n')
    })
}

function table(timings: Timing[]): string {
  const ms = (seconds: number) => (1000 * seconds).toPrecision(3)
  const rates = (timing: Timing) => Object.entries(timing.rates).map(([unit, value]) => `${value.toPrecision(3)} ${unit}`).join(', ')
  return grid(['task', 'engine', 'least, ms', 'median, ms', 'rate'], timings.map((timing) => [timing.task, timing.engine, ms(timing.seconds), ms(timing.median), rates(timing)]))
}
