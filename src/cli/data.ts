import { stat } from 'node:fs/promises'
import { Command } from 'commander'
import { catalogueEntry, fetchable } from '../dataset/catalogue.js'
import { findDatasets, type Link, linksOf } from '../dataset/find.js'
import { grid } from '../util/grid.js'
import {
  dataRoot,
  onNotice,
  printJson,
  withDataOptions,
  withDataRootOption,
  withJsonOption,
  withNewItemsOptions,
} from './flags.js'
import { interruption } from './interrupt.js'
import type { CommonOptions } from './options.js'
import { progressBar } from '../util/progress.js'

export function dataCommand(): Command {
  return new Command('data')
    .description('Lists, inspects and downloads data sets.')
    .addCommand(listCommand())
    .addCommand(inspectCommand())
    .addCommand(fetchCommand())
}

function listCommand(): Command {
  return withJsonOption(withDataRootOption(new Command('list')))
    .description('list the data sets on this machine, and those that can be downloaded')
    .option('--follow-links', 'also list data sets behind links that lead out of the data root')
    .addHelpText('after', '\nExample:\n  understudy data list --data path/to/data')
    .action(async (options: Pick<CommonOptions, 'data' | 'json' | 'followLinks'>) => {
      const root = dataRoot(options)
      const there = await findDatasets(root, options)
      const links = (await linksOf(root)).filter(
        ({ name, link }) => link !== undefined && !there.some((one) => one.name === name),
      )
      const found = await Promise.all(
        there.map(async ({ name, family, interactions, items }) => ({
          name,
          family,
          bytes: (await sizeOf(interactions)) + (await sizeOf(items)),
          itemText: items !== undefined,
        })),
      )
      const datasets = [
        { name: 'synthetic', family: 'generated', bytes: 0, itemText: true },
        ...found,
      ]
      const notRead = links.map(({ name, link }) => ({ name, link }))
      if (options.json) return printJson({ root, datasets, notRead, fetchable })
      process.stdout.write(
        grid(
          ['data set', 'family', 'MB', 'item text'],
          datasets.map(({ name, family, bytes, itemText }) => [
            name,
            family,
            (bytes / 1e6).toFixed(1),
            itemText ? 'yes' : 'no',
          ]),
        ) + '\n',
      )
      process.stdout.write(
        notRead.map(({ name, link }) => `${name}: ${linkTexts[link!]}\n`).join(''),
      )
      process.stdout.write(
        `\nunderstudy data fetch gets: ${fetchable.map(({ pattern }) => pattern).join(', ')}\n`,
      )
    })
}

const linkTexts: Record<Link, string> = {
  outside: 'a link leads out of the data root (--follow-links)',
  broken: 'a link leads to a file that is not there',
}

const sizeOf = async (file: string | undefined) =>
  file === undefined ? 0 : (await stat(file)).size

function inspectCommand(): Command {
  return withNewItemsOptions(withDataOptions(new Command('inspect')))
    .description(
      'show sizes, fields, split and features of a data set, and what is left out; ' +
        'for files, also their format',
    )
    .argument('[what...]', 'name of the data set, as for --dataset, or one or two files')
    .addHelpText(
      'after',
      '\nExamples:\n  understudy data inspect\n  understudy data inspect amazon-2014/Beauty --data path/to/data --json\n  understudy data inspect orders.csv products.csv',
    )
    .action(async (what: string[], options: CommonOptions) => {
      const { inspect } = await import('./data-inspect.js')
      await inspect(what, options)
    })
}

function fetchCommand(): Command {
  return withJsonOption(withDataRootOption(new Command('fetch')))
    .description('download the official files of a data set; continues a download that stopped')
    .argument('<name>', fetchable.map(({ pattern }) => pattern).join(', '))
    .addHelpText(
      'after',
      '\nExamples:\n  understudy data fetch movielens-latest-small\n  understudy data fetch amazon-2014/Beauty --data path/to/data',
    )
    .action(async (name: string, options: Pick<CommonOptions, 'data' | 'json'>) => {
      const { fetchDataset } = await import('../dataset/fetch.js')
      const entry = catalogueEntry(name)
      onNotice(`terms of use: ${entry.terms}`)
      const bar = progressBar(name, 'MB')
      const onProgress = (_: string, done: number, total: number) =>
        bar.set(Math.round(done / 1e5) / 10, Math.round(total / 1e5) / 10)
      const files = await fetchDataset(entry, {
        dataRoot: dataRoot(options),
        onProgress,
        onNotice,
        signal: interruption(),
      }).finally(() => bar.stop())
      if (options.json) printJson({ name, terms: entry.terms, files })
      else process.stdout.write(files.map((file) => `${file}\n`).join(''))
    })
}
