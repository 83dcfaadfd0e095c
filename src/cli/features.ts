import { Command } from 'commander'
import { splitDataset } from '../dataset/split.js'
import { userFeatures } from '../features/features.js'
import { csv } from '../util/csv.js'
import {
  type CommonOptions,
  configOf,
  loadConfigured,
  type OutOptions,
  printJson,
  put,
  withCsvSafeOption,
  withDataOptions,
  withOutOption,
  onNotice,
} from './options.js'

export function featuresCommand(): Command {
  return withCsvSafeOption(withOutOption(withDataOptions(new Command('features'))))
    .description(
      'Prints the features of each user with a history in the training data as CSV, one line per ' +
        'user. Policies select users by features; docs/features.md explains them.',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  understudy features > features.csv\n  understudy features --dataset amazon-2014/Beauty --data path/to/data --json',
    )
    .action(async (options: CommonOptions & OutOptions) => {
      const config = configOf(options)
      const dataset = await loadConfigured(config, options)
      const { users, names, raw, unavailable } = userFeatures(
        dataset,
        splitDataset(dataset, config.split),
        config.features,
      )
      for (const { name, reason } of unavailable) onNotice(`${name} is unavailable: ${reason}`)
      const rows = Array.from(users, (user, k) => [
        dataset.userIds[user],
        ...names.map((_, j) => raw[j][k]),
      ])
      const head = ['user', ...names]
      if (!options.json) put(csv(head, rows), options)
      else
        printJson({
          dataset: dataset.name,
          fingerprint: dataset.fingerprint,
          unavailable,
          rows: rows.map((row) => Object.fromEntries(head.map((name, j) => [name, row[j]]))),
        })
    })
}
