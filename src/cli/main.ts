#!/usr/bin/env node
import { inspect } from 'node:util'
import { Command } from 'commander'
import { UnderstudyError } from '../util/errors.js'
import { refusal } from '../util/refusals.js'
import { importsOf } from './flags.js'
import { guardTerminal } from './terminal.js'

guardTerminal()

/** Exit status of a fault of this program (EX_SOFTWARE of sysexits.h). */
const ownFault = 70

const debug = process.argv.includes('--debug') || process.env['UNDERSTUDY_DEBUG'] === '1'

// What nothing has caught, of promises too: the state is unknown, so nothing goes on.
process.on('uncaughtException', end)
// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  end(Object.assign(error, { path: 'standard output' }))
})
// Notices that nobody can read change no result.
process.stderr.on('error', () => undefined)

/** Every command. Its file is loaded when it is called: all of them together take long to load. */
const commands: { name: string; description: string; load(): Promise<Command> }[] = [
  {
    name: 'data',
    description: 'lists, inspects and downloads data sets',
    load: async () => (await import('./data.js')).dataCommand(),
  },
  {
    name: 'features',
    description: 'user features as CSV, one line a user with a train history, unscaled',
    load: async () => (await import('./features.js')).featuresCommand(),
  },
  {
    name: 'select',
    description: 'selects the users to ask about: one id a line',
    load: async () => (await import('./select.js')).selectCommand(),
  },
  {
    name: 'augment',
    description:
      'asks a chat model to play users: preference pairs of new items as JSON lines (user, preferred, other, margin, agree)',
    load: async () => (await import('./augment.js')).augmentCommand(),
  },
  {
    name: 'train',
    description:
      'trains the two-tower model and writes it as a folder: NumPy arrays, ids, and Parquet if wanted',
    load: async () => (await import('./train.js')).trainCommand(),
  },
  {
    name: 'evaluate',
    description:
      'recall, ndcg and hit rate of a model by full ranking, histories masked: cold, full catalogue and warm',
    load: async () => (await import('./evaluate.js')).evaluateCommand(),
  },
  {
    name: 'launch',
    description: 'places new items among the known ones: recommendations, audiences, and a page',
    load: async () => (await import('./launch.js')).launchCommand(),
  },
  {
    name: 'recommend',
    description: 'recommendations from the folder of a launch, for known users and new ones',
    load: async () => (await import('./recommend.js')).recommendCommand(),
  },
  {
    name: 'run',
    description: 'the whole loop over seeds: a preset, or a config.json that names one',
    load: async () => (await import('./run.js')).runCommand(),
  },
  {
    name: 'report',
    description:
      'one HTML page on finished runs that needs no network, with Markdown, and CSV and Parquet of every table',
    load: async () => (await import('./report.js')).reportCommand(),
  },
  {
    name: 'notebook',
    description: 'opens JupyterLab on the notebooks with the TypeScript kernel, or runs them',
    load: async () => (await import('./notebook.js')).notebookCommand(),
  },
  {
    name: 'advise',
    description:
      'says whether to ask, before any money is spent: what content alone gives, how good a judge must be, how good yours is',
    load: async () => (await import('./advise.js')).adviseCommand(),
  },
  {
    name: 'audit',
    description:
      'whether a judge’s answers carry information, before they are paid for: against later interactions (validation half)',
    load: async () => (await import('./audit.js')).auditCommand(),
  },
  {
    name: 'answers',
    description: 'the store of paid answers: statistics, export to and import from JSON lines',
    load: async () => (await import('./answers.js')).answersCommand(),
  },
  {
    name: 'bench',
    description:
      'times training steps, whole trainings, proxies, a policy and rankings on this machine: one thread, engines in turn',
    load: async () => (await import('./bench.js')).benchCommand(),
  },
  {
    name: 'doctor',
    description: 'says what works on this machine and what to do about the rest',
    load: async () => (await import('./doctor.js')).doctorCommand(),
  },
]

const program = new Command('understudy')
  .description(
    'Which users should a language model stand in for, so that new items can be recommended?',
  )
  .option(
    '--import <module>',
    'a module that adds custom features, presets, towers ... (repeatable; docs/extending.md)',
  )
  .option('--debug', 'show where an error comes from (or UNDERSTUDY_DEBUG=1)')
const imports = importsOf(process.argv)
if (imports.length > 0)
  await import('../execution/imports.js').then((all) => all.importAll(imports)).catch(end)
for (const { name, description, load } of commands) {
  const called = process.argv.includes(name)
  program.addCommand((called ? await load() : new Command(name)).description(description))
}
usageErrorsExitWith2(program)

await program.parseAsync().catch(fail)

/** Prints the error in one line, and sets the exit status of its kind. */
function fail(error: unknown): void {
  const known = error instanceof UnderstudyError
  const line = known ? error.message : refusal(error)
  say(
    line ??
      `a fault of its own: ${nameOf(error)}; please report it with the command and what --debug shows`,
  )
  if (debug) process.stderr.write(`${inspect(error)}\n`)
  if (line === undefined) process.exit(ownFault)
  process.exitCode = known ? error.exitCode : 1
}

function end(error: unknown): never {
  fail(error)
  process.exit()
}

function nameOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : inspect(error)
}

function say(line: string): void {
  process.stderr.write(`understudy: ${line.replace(/\s*[\r\n]+\s*/g, ' ')}\n`)
}

/** Bad flags exit with 2, as all bad input does; help and version with 0. */
function usageErrorsExitWith2(command: Command): void {
  command.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  for (const inner of command.commands) usageErrorsExitWith2(inner as Command)
}
