// Builds the site of the documentation in docs/site, or where `--out FOLDER` says: the README, the
// pages of docs/, pages made from the commands and the settings, the library; one search over all.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { commandsPage } from './commands.mjs'
import { configurationPage } from './configuration.mjs'

const root = fileURLToPath(new URL('../../', import.meta.url))
const made = join(root, '.setup', 'docs')

mkdirSync(made, { recursive: true })
writeFileSync(join(made, 'commands.md'), await commandsPage())
writeFileSync(join(made, 'configuration.md'), configurationPage())
const typedoc = join(root, 'node_modules', 'typedoc', 'bin', 'typedoc')
execFileSync(process.execPath, [typedoc, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' })
