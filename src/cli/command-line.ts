import { withoutSecrets } from '../util/secrets.js'
import { shellQuoted } from '../util/shell.js'

/** The command as it was called, to be repeated: without secrets. */
export function commandLine(): string {
  return ['understudy', ...process.argv.slice(2).map(withoutSecrets).map(shellQuoted)].join(' ')
}

/** What to do after a command was stopped. */
export const toGoOn = () => `to go on, repeat: ${commandLine()}`

/** Whether `--log json` is given: what is said before the commands are made is JSON too. */
export function isJsonLogWanted(argv: readonly string[]): boolean {
  return argv.some(
    (flag, k) => flag === '--log=json' || (flag === '--log' && argv[k + 1] === 'json'),
  )
}

/** Modules given by --import: they are needed before the commands are made. */
export function importsOf(argv: readonly string[]): string[] {
  return argv.flatMap((flag, k) =>
    flag === '--import' && k + 1 < argv.length ? [argv[k + 1]] : [],
  )
}
