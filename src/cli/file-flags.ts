import { type Command, Option } from 'commander'
import { timeForms } from '../dataset/door/time-forms.js'
import { collect } from './repeated-flags.js'

/** Flags of custom files, and how they are written. */
export function withFileOptions(command: Command): Command {
  return command
    .option(
      '--interactions <file>',
      'custom interactions: CSV, JSON lines, a JSON list or Parquet, plain or .gz; or an SQL query over such files (DuckDB)',
    )
    .option('--items <file>', 'custom item text, in the same formats')
    .option(
      '--column <field=name>',
      'a column of the interactions, e.g. --column user=customer (user item rating timestamp; by position, 0 = the first, where there is no header; repeatable)',
      collect,
      [],
    )
    .option(
      '--item-column <field=name>',
      'a column of the item text, e.g. --item-column title=name (id title categories brand description; repeatable)',
      collect,
      [],
    )
    .addOption(
      new Option(
        '--timestamp-unit <form>',
        'form of the times in these files (default: found by looking)',
      ).choices(timeForms),
    )
    .option(
      '--delimiter <text>',
      'what separates cells, `tab` for a tab (default: found by looking)',
    )
    .option(
      '--encoding <name>',
      'encoding of these files, e.g. windows-1252 (default: found by looking)',
    )
    .addOption(
      new Option(
        '--header <yes|no>',
        'whether the first row names the columns (default: found by looking)',
      ).choices(['yes', 'no']),
    )
    .addOption(
      new Option(
        '--quotes <yes|no>',
        'whether cells may be in quotes; no = a quote is a character like any other (default: found by looking)',
      ).choices(['yes', 'no']),
    )
    .option(
      '--rating-text <text>',
      'how prompts say a rating, {} in place of the number: "played {} hours" (default: found from the ratings)',
    )
    .option(
      '--bad-rows <what>',
      'lines that cannot be used: refuse, skip, or skip at most this many (default: refuse)',
    )
}
