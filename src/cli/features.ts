import { Command } from 'commander'
import { splitDataset } from '../dataset/split.js'
import { userFeatures } from '../features/features.js'
import { type CommonOptions, loadConfigured, readConfig, withCommonOptions } from './options.js'

export function featuresCommand(): Command {
  return withCommonOptions(new Command('features'))
    .description('user features as CSV, one line a user with a train history')
    .addHelpText('after', '\nExample:\n  understudy features > features.csv')
    .action((options: CommonOptions) => {
      const settings = readConfig(options)
      const dataset = loadConfigured(settings)
      const { users, names, raw, unavailable } = userFeatures(dataset, splitDataset(dataset, settings.split), settings.features)
      for (const { name, reason } of unavailable) process.stderr.write(`${name} is unavailable: ${reason}\n`)
      const rows = Array.from(users, (user, k) => ({ user: dataset.userIds[user], ...Object.fromEntries(names.map((name, j) => [name, raw[j][k]])) }))
      if (options.json) process.stdout.write(`${JSON.stringify({ dataset: dataset.name, unavailable, rows })}\n`)
      else process.stdout.write([['user', ...names], ...rows.map((row) => Object.values(row).map(cell))].map((line) => line.join(',')).join('\n') + '\n')
    })
}

/** RFC 4180; a NaN (nothing known) is an empty cell. */
function cell(value: string | number): string {
  if (typeof value === 'number') return Number.isNaN(value) ? '' : String(value)
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}
