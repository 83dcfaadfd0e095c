import { Command, Option } from 'commander'
import { readPairs } from '../augmentation/pair-files.js'
import { Trial } from '../experiment/trial.js'
import { setUp } from '../experiment/setup.js'
import { provenance } from '../experiment/provenance.js'
import { writeModel } from '../two-tower/model-files.js'
import { isRecommender } from '../two-tower/recommender.js'
import { towers } from '../two-tower/towers/index.js'
import { InputError } from '../util/errors.js'
import { checkFolder } from '../util/files.js'
import {
  type CommonOptions,
  settingsOf,
  engineOf,
  loadConfigured,
  printJson,
  readText,
  wholeNumber,
  withDataOptions,
  withEngineOption,
  onNotice,
} from './options.js'

interface TrainOptions extends CommonOptions {
  pairs?: string
  tower: string
  parquet?: boolean
  seed: number
  out: string
}

export function trainCommand(): Command {
  return withEngineOption(withDataOptions(new Command('train')))
    .description(
      'Trains the two-tower model on the interactions, and on preference pairs if you give any. ' +
        'Writes the vectors of users and items to a folder.',
    )
    .requiredOption('--out <folder>', 'folder to write')
    .option(
      '--pairs <file>',
      'preference pairs, as `understudy augment` writes them; - for standard input',
    )
    .addOption(
      new Option(
        '--tower <tower>',
        'item tower: id learns a vector for each item, the others start from the text of the items',
      )
        .choices(towers.names())
        .default('id'),
    )
    .option('--parquet', 'also write users.parquet and items.parquet (columns id, embedding)')
    .option(
      '--seed <s>',
      'seed of the starting values and the order of training',
      wholeNumber(0),
      0,
    )
    .addHelpText(
      'after',
      '\nExamples:\n  understudy train --pairs pairs.jsonl --out my-model --parquet\n  understudy evaluate --model my-model',
    )
    .action(train)
}

async function train(options: TrainOptions): Promise<void> {
  checkFolder(options.out)
  const { config, given } = settingsOf(options)
  const text = options.pairs === undefined ? '' : readText(options.pairs)
  const dataset = await loadConfigured(config, options)
  const pairs = readPairs(text, options.pairs ?? '', dataset)
  const engine = engineOf(options, config)
  const trial = new Trial(setUp(dataset, config, [], given), { engine, seed: options.seed })
  const model = trial.fit(options.tower, pairs)
  if (isRecommender(model))
    throw new InputError(
      `--tower ${options.tower} scores with more than a dot product, so it has no vectors to write`,
    )
  const about = {
    ...provenance('train', config, dataset, engine.name),
    seed: options.seed,
    tower: options.tower,
    pairs: pairs.length,
    config,
  }
  writeModel(
    options.out,
    { model, userIds: dataset.userIds, itemIds: dataset.itemIds },
    about,
    options.parquet,
  )
  if (options.json)
    printJson({
      folder: options.out,
      dim: model.dim,
      users: dataset.userIds.length,
      items: dataset.itemIds.length,
      ...about,
    })
  else
    onNotice(
      `${options.out}: ${dataset.userIds.length} users, ${dataset.itemIds.length} items, ${model.dim} dimensions; ${pairs.length} pairs`,
    )
}
