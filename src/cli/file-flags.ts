import { type Command, Option } from 'commander'
import { timeForms } from '../dataset/door/time-forms.js'
import { underHeading } from './help.js'
import { number, wholeNumber } from './numbers.js'
import { collect } from './repeated-flags.js'

/** Flags of custom files, of how they are written, and of which interactions count. */
export function withFileOptions(command: Command): Command {
  const named = underHeading(command, 'Data', (under) => withChoiceOptions(withPathOptions(under)))
  return underHeading(named, 'Form of the files', withFormOptions)
}

function withPathOptions(command: Command): Command {
  return command
    .option(
      '--interactions <file>',
      'custom interactions: CSV, JSON lines, a JSON list or Parquet, plain or .gz; a pattern or folder of such files, FILE#TABLE of a DuckDB database, or an SQL query over them',
    )
    .option('--items <file>', 'custom item text, in the same formats')
}

function withFormOptions(command: Command): Command {
  return command
    .option(
      '--column <field=name>',
      'a column of the interactions, e.g. --column user=customer. Fields: user item rating timestamp; without a header columns are 0, 1, ... (repeatable)',
      collect,
      [],
    )
    .option(
      '--item-column <field=name>',
      'a column of the item text, e.g. --item-column title=name. Fields: id title categories brand description (repeatable)',
      collect,
      [],
    )
    .addOption(
      new Option('--timestamp-unit <form>', 'form of the times')
        .choices(timeForms)
        .default(undefined, 'found by looking'),
    )
    .option(
      '--delimiter <text>',
      'text between two cells, `tab` for a tab (default: found by looking)',
    )
    .option('--encoding <name>', 'encoding, e.g. windows-1252 (default: found by looking)')
    .addOption(
      new Option('--header <yes|no>', 'whether the first row names the columns')
        .choices(['yes', 'no'])
        .default(undefined, 'found by looking'),
    )
    .addOption(
      new Option('--quotes <yes|no>', 'whether cells may be in quotes')
        .choices(['yes', 'no'])
        .default(undefined, 'found by looking'),
    )
    .option(
      '--rating-text <text>',
      'how prompts say a rating, {} in place of the number: "played {} hours" (default: found from the ratings)',
    )
    .option(
      '--bad-rows <what>',
      'lines that cannot be used: refuse (the file), skip, or a number: skip at most so many (default: refuse)',
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
    .option('--min-rating <r>', 'only interactions rated at least so', number)
    .option('--implicit', 'leave the ratings out: interactions only')
    .option('--sample-users <n>', 'only so many users, drawn at random', wholeNumber(1))
}
