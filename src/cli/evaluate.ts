import Table from 'cli-table3'
import { Command } from 'commander'
import { splitDataset } from '../dataset/split.js'
import { itemKnnRecommender, popularityRecommender } from '../evaluation/baselines.js'
import { evaluate } from '../evaluation/evaluate.js'
import { type CommonOptions, loadConfigured, readConfig, withCommonOptions } from './options.js'

const ks = [10, 50]

export function evaluateCommand(): Command {
  return withCommonOptions(new Command('evaluate'))
    .description('warm recall of the baselines by full ranking, histories masked')
    .addHelpText('after', '\nExamples:\n  understudy evaluate\n  understudy evaluate --set split.kind=leave-one-out --json')
    .action((options: CommonOptions) => {
      const settings = readConfig(options)
      const dataset = loadConfigured(settings)
      const split = splitDataset(dataset, settings.split)
      const task = { relevant: split.relevant.warm, candidates: split.warmItems, mask: split.train }
      const numItems = dataset.itemIds.length
      const models = {
        popularity: popularityRecommender(split.train, numItems),
        itemknn: itemKnnRecommender(split.train, numItems),
      }
      const rows = Object.entries(models).map(([model, recommender]) => {
        const { mean, users, numCandidates } = evaluate(recommender, task, ks)
        return { model, users: users.length, candidates: numCandidates, ...mean }
      })
      if (options.json) process.stdout.write(`${JSON.stringify({ dataset: dataset.name, fingerprint: dataset.fingerprint, split: split.kind, rows })}\n`)
      else print(dataset.name, rows)
    })
}

function print(name: string, rows: Record<string, string | number>[]): void {
  const columns = Object.keys(rows[0]).filter((column) => !column.startsWith('hit'))
  const table = new Table({ head: columns, style: { head: [], border: [] } })
  for (const row of rows) table.push(columns.map((column) => format(row[column])))
  process.stdout.write(`Warm recall on ${name}, every warm item a candidate\n${table.toString()}\n`)
}

function format(value: string | number): string {
  return typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(4) : String(value)
}
