import { Command } from 'commander'
import { synthesizeLaunch } from '../dataset/synthetic-launch.js'
import { runExperiment } from '../execution/run-experiment.js'
import { readConfig } from '../experiment/config.js'
import { checkLaunchFolder, writeLaunch } from '../launch/folder.js'
import { launch } from '../launch/launch.js'
import { progressBar } from '../util/progress.js'
import { demoText } from './demo-text.js'
import { interruption } from './interrupt.js'

/** A generated shop of this size; its tastes are those of every generated shop. */
const shop = { users: 7000, items: 5500, interactionsPerUser: 9, coldShare: 0.1 }
/** As few as can be tested. */
const procedures = 5

/** `understudy demo`: what the project is for, on a generated shop. */
export function demoCommand(): Command {
  return new Command('demo')
    .option('--out <folder>', 'folder of the launch of its new items', 'launch')
    .option('--runs <folder>', 'folder of its experiment', 'runs')
    .addHelpText('after', '\nExamples:\n  understudy demo')
    .action(run)
}

async function run({ out, runs }: { out: string; runs: string }): Promise<void> {
  checkLaunchFolder(out)
  const settings = { dataset: { synthetic: shop } }
  const { result, folder } = await runExperiment('who-to-ask', {
    settings,
    runs,
    seeds: Array.from({ length: procedures }, (_, seed) => seed),
    progress: progressBar,
    signal: interruption(),
  })
  const config = readConfig(settings)
  const newProducts = synthesizeLaunch(config.dataset.synthetic)
  const made = await launch(newProducts, config, { cuts: [0.7], preparing: progressBar })
  writeLaunch(out, made, 'understudy demo')
  process.stdout.write(`${demoText(result, made, { run: folder, launch: out })}\n`)
}
