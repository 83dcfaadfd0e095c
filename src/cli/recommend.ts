import { extname } from 'node:path'
import { Command, Option } from 'commander'
import { idFinder, readIds } from '../dataset/id-files.js'
import { counted } from '../dataset/wording.js'
import { readConfig } from '../experiment/config.js'
import { readNewUsers } from '../launch/id-files.js'
import { listTable, parquet, textForms } from '../launch/list-table.js'
import type { LaunchModel } from '../launch/model.js'
import { readLaunchModel } from '../launch/model-files.js'
import { withNewUsers } from '../launch/new-users.js'
import { candidatesOf, recommend, type Wish } from '../launch/recommend.js'
import { nearestOfHistory } from '../launch/why.js'
import { InputError } from '../util/errors.js'
import { writeAtomically } from '../util/files.js'
import { range } from '../util/typed.js'
import { excludeOption, exclusionsOf } from './exclusions.js'
import {
  engineOf,
  onNotice,
  type OutOptions,
  putBlocks,
  readText,
  wholeNumber,
  withCsvSafeOption,
  withEngineOption,
  withOutOption,
} from './options.js'

type Format = keyof typeof textForms | 'parquet'

interface RecommendOptions extends OutOptions {
  model: string
  users?: string
  items?: string
  newOnly?: boolean
  k: number
  history?: string
  exclude?: string
  why?: number | true
  format?: Format
  engine?: string
}

const examples = `
Examples:
  understudy recommend --model launch --k 20 --out lists.csv
  understudy recommend --model launch --users users.txt --new-only --why
  understudy recommend --model launch --history signups.csv \\
    --exclude sold-out.csv --out new.parquet

Items of a user's history are never recommended. --cap and --exclude of the
launch do not apply here.`

/** `understudy recommend`: recommendations from the folder of a launch. */
export function recommendCommand(): Command {
  return withCsvSafeOption(withEngineOption(withOutOption(new Command('recommend'))))
    .description(
      'Writes recommendations from the folder of a launch, for its users or for new users. ' +
        'It needs no data set.',
    )
    .requiredOption('--model <folder>', 'folder that `understudy launch` wrote')
    .option(
      '--users <file>',
      'ids of users, one per line; - for standard input (default: all, or the users of --history)',
    )
    .option('--items <file>', 'ids of items that may be shown, one per line (default: all)')
    .option('--new-only', 'show new items only')
    .option('--k <n>', 'number of items in the list of each user', wholeNumber(1), 10)
    .option(
      '--history <file>',
      'interactions of users who came after the launch: a table with user_id and item_id',
    )
    .addOption(excludeOption())
    .option(
      '--why [n]',
      'add a column `because`: titles of the n nearest items of the history (default n: 3)',
      wholeNumber(1),
    )
    .addOption(
      new Option('--format <format>', 'format of the table; parquet needs --out')
        .choices([...Object.keys(textForms), 'parquet'])
        .default(undefined, 'by the ending of --out, else csv'),
    )
    .addHelpText('after', examples)
    .action(run)
}

async function run(options: RecommendOptions): Promise<void> {
  const format = formatOf(options)
  const engine = engineOf(options, readConfig({}))
  const stored = readLaunchModel(options.model)
  const model = await withHistories(stored, options)
  const wish = await wishOf(model, stored.userIds.length, options)
  const { users, lists } = recommend(model, engine, wish)
  const { why } = options
  const table = listTable(model, users, lists, {
    isNew: true,
    ...(why ? { because: because(model, why === true ? 3 : why) } : {}),
  })
  if (format === 'parquet') writeAtomically(options.out!, parquet(table))
  else await putBlocks(textForms[format](table), options)
}

function formatOf({ format, out }: RecommendOptions): Format {
  const endings: Record<string, Format> = { '.jsonl': 'jsonl', '.parquet': 'parquet' }
  const chosen = format ?? endings[extname(out ?? '').toLowerCase()] ?? 'csv'
  if (chosen === 'parquet' && out === undefined)
    throw new InputError('--format parquet cannot go to stdout: name a file with --out FILE')
  return chosen
}

/** The model with the users of --history after its own; says what was left out. */
async function withHistories(
  model: LaunchModel,
  { history }: RecommendOptions,
): Promise<LaunchModel> {
  if (history === undefined) return model
  const { users, unknownItems, withoutItems } = await readNewUsers(history, model)
  if (unknownItems > 0)
    onNotice(
      `${history}: left out: ${counted(unknownItems, 'row')} of items that the launch does not know`,
    )
  if (withoutItems > 0)
    onNotice(`${history}: left out: ${counted(withoutItems, 'user')} without any known item`)
  if (users.length === 0)
    throw new InputError(`${history}: no user in it has an item that the launch knows`)
  return withNewUsers(model, users)
}

async function wishOf(
  model: LaunchModel,
  numStored: number,
  options: RecommendOptions,
): Promise<Wish> {
  const { users, items, newOnly, k, exclude, history } = options
  const wish: Wish = { newOnly, k }
  if (users !== undefined) wish.users = idsOf(users, model.userIds, 'user', options)
  else if (history !== undefined) wish.users = range(model.userIds.length).subarray(numStored)
  if (items !== undefined) wish.items = idsOf(items, model.itemIds, 'item', options)
  if (candidatesOf(model, wish).length === 0)
    throw new InputError(
      'there is no item to show: none of --items is new, and --new-only shows only new items',
    )
  if (exclude !== undefined) wish.exclusions = await exclusionsOf(exclude, model)
  return wish
}

function idsOf(file: string, ids: string[], role: string, { model }: RecommendOptions): Int32Array {
  const found = readIds(readText(file), file, idFinder(ids, role, `in the launch ${model}`))
  if (found.length === 0) throw new InputError(`${file} has no ids; write one id per line`)
  return found
}

function because(model: LaunchModel, most: number): (user: number, item: number) => string {
  return (user, item) =>
    nearestOfHistory(model, user, item, most)
      .map((own) => model.titles[own])
      .join(' | ')
}
