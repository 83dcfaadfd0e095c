#!/usr/bin/env node
import { inspect } from 'node:util'
import type { Command } from 'commander'
import { InterruptedError, UnderstudyError } from '../util/errors.js'
import { log, logAsJson } from '../util/log.js'
import { refusal } from '../util/refusals.js'
import { importsOf, isJsonLogWanted, toGoOn } from './command-line.js'
import { guardTerminal } from './terminal.js'

guardTerminal()
if (isJsonLogWanted(process.argv)) logAsJson()

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

const imports = importsOf(process.argv)
if (imports.length > 0)
  await import('../execution/imports.js').then((all) => all.importAll(imports)).catch(end)
const { argv } = process
// Few modules are loaded above, so that what goes wrong in loading the others is said in a line.
const { makeProgram } = await import('./program.js').catch(end)
const program = await makeProgram((name) => argv.includes(name), argv.includes('--all'))
usageErrorsExitWith2(program)

await program.parseAsync().catch(fail)

/** Prints the error in one line, and sets the exit status of its kind. */
function fail(error: unknown): void {
  const known = error instanceof UnderstudyError
  const line = known ? error.message : refusal(error)
  if (line === undefined)
    say(
      `a fault of its own: ${nameOf(error)}; please report it with the command and what --debug shows`,
    )
  else say(error instanceof InterruptedError ? `${line}; ${toGoOn()}` : line)
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
  log(`understudy: ${line.replace(/\s*[\r\n]+\s*/g, ' ')}`, {}, 'error')
}

/** Bad flags exit with 2 and one line, as all bad input does; help exits with 0. */
function usageErrorsExitWith2(command: Command): void {
  command.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  command.configureOutput({ outputError: (text) => say(usageError(text, pathOf(command))) })
  for (const inner of command.commands) usageErrorsExitWith2(inner as Command)
}

/** Commander's text as one line; where something is unknown or missing, with where to look. */
function usageError(text: string, command: string): string {
  const line = text
    .trim()
    .replace(/^error: /, '')
    .replace(/\n\(D(id you mean .*\))$/, ' (d$1')
  return /^(unknown|missing|required|too many)/.test(line)
    ? `${line.replace(/\.$/, '')}; see ${command} --help`
    : line
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name()
}
