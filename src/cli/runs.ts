import { createInterface } from 'node:readline/promises'
import { join } from 'node:path'
import { Command } from 'commander'
import { compareText } from '../report/compare-text.js'
import { answerOf } from '../report/answer.js'
import { runsText, storedRunText } from '../report/runs-text.js'
import { compareRuns } from '../run/compare-runs.js'
import { type Removal, removalOfRun, removalOfStore } from '../run/remove-run.js'
import { runNamed, type StoredRun, storedRun, storedRuns } from '../run/stored-run.js'
import { DataError, InputError } from '../util/errors.js'
import { byteText, folderSize } from '../util/folder-size.js'
import { onNotice, printJson, withJsonOption } from './flags.js'

interface RunsOptions {
  runs: string
  json?: boolean
}

export function runsCommand(): Command {
  return new Command('runs')
    .description('Lists, shows, compares and removes runs.')
    .addCommand(
      withRuns('list')
        .description('list runs with their sizes and ages, the newest first')
        .addHelpText('after', '\nExample:\n  understudy runs list')
        .action(list),
    )
    .addCommand(
      withRuns('show')
        .description('show what a run was told, what made it, and its answer')
        .argument('<run>', 'name of the run, or its folder')
        .addHelpText(
          'after',
          '\nExample:\n  understudy runs show policy-vs-baselines-synthetic-0123',
        )
        .action(show),
    )
    .addCommand(
      withRuns('compare')
        .description('say what differs between two runs, in settings and in results')
        .argument('<a>', 'name of a run, or its folder')
        .argument('<b>', 'name of another')
        .option('--all', 'all metrics')
        .addHelpText('after', '\nExample:\n  understudy runs compare runs/a runs/b')
        .action(compare),
    )
    .addCommand(
      withRuns('rm')
        .description('remove runs; answers of language models always stay')
        .argument('[runs...]', 'names of runs, or their folders')
        .option('--store', 'also the finished trainings, which can be computed again')
        .option('--yes', 'do not ask first')
        .addHelpText('after', '\nExamples:\n  understudy runs rm a b\n  understudy runs rm --store')
        .action(remove),
    )
}

function withRuns(name: string): Command {
  return withJsonOption(new Command(name)).option('--runs <folder>', 'folder of runs', 'runs')
}

function list({ runs, json }: RunsOptions): void {
  const found = storedRuns(runs)
  const sized = (name: string) => ({ path: join(runs, name), ...folderSize(join(runs, name)) })
  const shared = { store: sized('store'), answers: sized('answers') }
  if (json) return printJson({ runs: found.map(brief), ...shared })
  const text = runsText(
    found,
    { 'finished trainings': shared.store, 'stored answers': shared.answers },
    Date.now(),
  )
  process.stdout.write(`${text}\n`)
}

/** A run without its results. */
function brief({ origin, result, seeds, modified, ...run }: StoredRun): object {
  const { preset, dataset } = origin?.provenance ?? {}
  return {
    ...run,
    ...(origin ? { preset, dataset } : {}),
    seeds: { finished: seeds, ...(origin ? { wanted: origin.seeds } : {}) },
    modified: new Date(modified).toISOString(),
    ...(result ? { answer: answerOf(result).sentences } : {}),
  }
}

function show(name: string, { runs, json }: RunsOptions): void {
  const run = storedRun(runNamed(runs, name))
  if (json) return printJson({ ...brief(run), origin: run.origin, result: run.result })
  process.stdout.write(`${storedRunText(run, Date.now())}\n`)
}

function compare(a: string, b: string, { runs, json, all }: RunsOptions & { all?: boolean }): void {
  const both = [a, b].map((name) => {
    const run = storedRun(runNamed(runs, name))
    const why = run.state === 'damaged' ? `is damaged: ${run.note}` : 'has no results yet'
    if (run.result && run.state !== 'damaged') return run
    throw new DataError(`${why}; \`understudy runs show\` says more`, { file: run.folder })
  }) as [StoredRun, StoredRun]
  const comparison = compareRuns(both[0].result!, both[1].result!)
  if (json) return printJson({ runs: both.map(brief), ...comparison })
  process.stdout.write(`${compareText(both, comparison, all ?? false)}\n`)
}

interface RemoveOptions extends RunsOptions {
  store?: boolean
  yes?: boolean
}

async function remove(names: string[], { runs, store, yes, json }: RemoveOptions): Promise<void> {
  if (names.length === 0 && !store) throw new InputError('nothing to remove: name runs, or --store')
  const removals: Removal[] = []
  try {
    // The store first: it is refused while a run is held.
    if (store) removals.push(removalOfStore(runs))
    for (const name of new Set(names)) removals.push(removalOfRun(runs, name))
    const bytes = removals.reduce((sum, one) => sum + one.bytes, 0)
    const paths = removals.map(({ path }) => path)
    if (!yes && !(await isWanted(`remove ${paths.join(', ')} (${byteText(bytes)})?`))) {
      onNotice('nothing was removed')
      process.exitCode = 1
      return
    }
    for (const { remove } of removals) remove()
    if (json) printJson({ removed: paths, bytes })
    else process.stdout.write(`removed ${paths.join(', ')}: ${byteText(bytes)} are free\n`)
  } finally {
    for (const { release } of removals) release()
  }
}

async function isWanted(question: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new InputError('there is no terminal to ask on; to remove without a question, add --yes')
  const terminal = createInterface({
    input: process.stdin,
    output: process.stderr,
    terminal: false,
  })
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim())
  } finally {
    terminal.close()
  }
}
