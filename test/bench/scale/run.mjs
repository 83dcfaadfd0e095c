// How long it takes to read, split, describe and select, and how much memory, by the size of the
// data, each in a process of its own:
//   npm run bench:scale                       1, 3, 10 and 30 million rows
//   npm run bench:scale films 1e6 visitors 3e7
// Files are generated in a temporary folder (UNDERSTUDY_SCALE names one that is kept). Prints
// Markdown rows: wall and processor seconds of each step, and the most memory that was resident.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generate } from './generate.mjs'

const kept = process.env.UNDERSTUDY_SCALE
const folder = kept ?? mkdtempSync(join(tmpdir(), 'understudy-scale-'))
const measure = fileURLToPath(new URL('measure.mjs', import.meta.url))
const asked = process.argv.slice(2)
const usual = ['films', 1e6, 'films', 3e6, 'films', 1e7, 'films', 3e7]
const runs = (asked.length > 0 ? asked : usual).flatMap((shape, k, all) =>
  k % 2 === 0 ? [{ shape, rows: Number(all[k + 1]) }] : [],
)
const steps = ['load', 'split', 'features', 'select']
const cells = (row) => console.log(`| ${row.join(' | ')} |`)

cells(['data', 'rows', 'MB', 'users', 'items', 'rows/s', ...steps, 'GiB'])
cells(['---', ...Array(6 + steps.length).fill('--:')])
for (const { shape, rows } of runs) {
  const file = join(folder, `${shape}-${rows}.csv`)
  if (!existsSync(file)) generate(shape, rows, file)
  const said = execFileSync(process.execPath, [measure, file], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const { users, items, seconds, processor, bytes } = JSON.parse(said)
  const both = steps.map((step) => `${seconds[step].toFixed(1)} (${processor[step].toFixed(1)})`)
  const megabytes = Math.round(statSync(file).size / 1e6)
  const speed = Math.round(rows / seconds.load / 1000) * 1000
  cells([shape, rows, megabytes, users, items, speed, ...both, (bytes / 2 ** 30).toFixed(2)])
  if (kept === undefined) rmSync(file)
}
