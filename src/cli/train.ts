import { Command, Option } from 'commander'
import { readPairs } from '../augmentation/pair-files.js'
import { Lab } from '../experiment/lab.js'
import { prepare } from '../experiment/prepare.js'
import { provenance } from '../experiment/provenance.js'
import { writeModel } from '../two-tower/model-files.js'
import { InputError } from '../util/errors.js'
import { type CommonOptions, configOf, engineOf, loadConfigured, printJson, readText, wholeNumber, withDataOptions, withEngineOption } from './options.js'

interface TrainOptions extends CommonOptions {
  pairs?: string
  tower: 'id' | 'content-map'
  parquet?: boolean
  seed: number
  out: string
}

export function trainCommand(): Command {
  return withEngineOption(withDataOptions(new Command('train')))
    .description('trains the two-tower model and writes it as a folder: NumPy arrays, ids, and Parquet if wanted')
    .requiredOption('--out <folder>', 'the model folder')
    .option('--pairs <file>', 'preference pairs, as `understudy augment` writes them; - for standard input')
    .addOption(new Option('--tower <tower>', 'how new items get their embedding: from the pairs, or from their text').choices(['id', 'content-map']).default('id'))
    .option('--parquet', 'also write users.parquet and items.parquet (columns id, embedding)')
    .option('--seed <s>', 'seed of start and order', wholeNumber(0), 0)
    .addHelpText('after', '\nExamples:\n  understudy train --pairs pairs.jsonl --out my-model --parquet\n  understudy evaluate --model my-model')
    .action(train)
}

async function train(options: TrainOptions): Promise<void> {
  const config = configOf(options)
  if (options.tower === 'content-map' && options.pairs !== undefined)
    throw new InputError('--tower content-map puts new items where their text says and uses no pairs; leave out --pairs')
  const text = options.pairs === undefined ? '' : readText(options.pairs)
  const dataset = await loadConfigured(config, options)
  const pairs = readPairs(text, options.pairs ?? '', dataset)
  const engine = engineOf(options, config)
  const lab = new Lab(prepare(dataset, config), engine, options.seed)
  const model = options.tower === 'content-map' ? lab.mapContent() : lab.train(pairs)
  const about = { ...provenance('train', config, dataset, engine.name), seed: options.seed, tower: options.tower, pairs: pairs.length, config }
  writeModel(options.out, { model, userIds: dataset.userIds, itemIds: dataset.itemIds }, about, options.parquet)
  if (options.json) printJson({ folder: options.out, dim: model.dim, users: dataset.userIds.length, items: dataset.itemIds.length, ...about })
  else process.stderr.write(`${options.out}: ${dataset.userIds.length} users, ${dataset.itemIds.length} items, ${model.dim} dimensions; ${pairs.length} pairs\n`)
}
