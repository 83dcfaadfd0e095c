// Runs before `npm start` and `npm test`: installs and builds what is missing or stale, so that
// either works first. Plain Node, because it runs before anything is installed.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const stampFile = join(root, 'dist', '.stamp')

const installed = join(root, 'node_modules', '.package-lock.json')
if (
  !existsSync(installed) ||
  statSync(installed).mtimeMs < statSync(join(root, 'package-lock.json')).mtimeMs
)
  run('npm', ['ci'])

const wanted = stamp()
const built = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : ''
if (built !== wanted) {
  run('npm', ['run', '--silent', 'build'])
  mkdirSync(dirname(stampFile), { recursive: true })
  writeFileSync(stampFile, wanted)
}

/** A hash of everything that the build reads. */
function stamp() {
  const hash = createHash('sha256')
  const files = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  for (const file of [
    ...files.sort(),
    join(root, 'package-lock.json'),
    join(root, 'package.json'),
    join(root, 'tsconfig.json'),
    join(root, 'scripts', 'build.mjs'),
  ])
    hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0')
  return hash.digest('hex')
}

function run(command, args) {
  process.stderr.write(`understudy: ${command} ${args.join(' ')}\n`)
  execFileSync(command, args, {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
    shell: process.platform === 'win32',
  })
}
