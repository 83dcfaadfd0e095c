import { type Command, Option } from 'commander'
import { timeForms } from '../dataset/door/time-forms.js'
import { underHeading } from './help.js'
import { number, wholeNumber } from './numbers.js'
import { collect } from './repeated-flags.js'

/** Flags of custom files, of how they are written, and of which interactions count. */
export function withFileOptions(command: Command): Command {
  const named = underHeading(command, 'Data', (under) => withChoiceOptions(withPathOptions(under)))
  return underHeading(named, 'Format of the files', withFormOptions)
}

function withPathOptions(command: Command): Command {
  return command
    .option(
      '--interactions <file>',
      'your interactions: a file of CSV, JSON lines, a JSON list or Parquet, plain or .gz; a pattern or folder of such files; FILE#TABLE of a DuckDB database; or an SQL query',
    )
    .option('--items <file>', 'the text of your items, in the same formats')
}

function withFormOptions(command: Command): Command {
  return command
    .option(
      '--column <field=name>',
      'name a column of the interactions, e.g. --column user=customer. Fields: user item rating timestamp. In files without a header, columns are 0, 1, ... (repeatable)',
      collect,
      [],
    )
    .option(
      '--item-column <field=name>',
      'name a column of the items, e.g. --item-column title=name. Fields: id title categories brand description (repeatable)',
      collect,
      [],
    )
    .addOption(
      new Option('--timestamp-unit <form>', 'format of the times')
        .choices(timeForms)
        .default(undefined, 'found in the file'),
    )
    .option(
      '--delimiter <text>',
      'text between cells; `tab` for a tab (default: found in the file)',
    )
    .option('--encoding <name>', 'encoding, e.g. windows-1252 (default: found in the file)')
    .addOption(
      new Option('--header <yes|no>', 'whether the first row names the columns')
        .choices(['yes', 'no'])
        .default(undefined, 'found in the file'),
    )
    .addOption(
      new Option('--quotes <yes|no>', 'whether cells may be in quotes')
        .choices(['yes', 'no'])
        .default(undefined, 'found in the file'),
    )
    .option(
      '--rating-text <text>',
      'how prompts write a rating, with {} for the number: "played {} hours" (default: found from the ratings)',
    )
    .option(
      '--bad-rows <what>',
      'what to do with bad lines: refuse (the whole file), skip, or a number: skip at most this many (default: refuse)',
    )
}

/** Flags that choose among the interactions of a data set. */
export interface ChoiceOptions {
  minRating?: number
  implicit?: boolean
  sampleUsers?: number
}

function withChoiceOptions(command: Command): Command {
  return command
    .option('--min-rating <r>', 'use only interactions with at least this rating', number)
    .option('--implicit', 'use interactions without their ratings')
    .option('--sample-users <n>', 'use only n users, drawn at random', wholeNumber(1))
}
