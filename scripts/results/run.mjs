// Recorded runs, and the page that is made of them:
//   npm run results                                  what is recorded, and what is not
//   npm run results -- policy-vs-baselines [DATA..]  runs what is missing, and records it
//   npm run results -- --page                        makes docs/results.md
//   npm run results -- --check                       fails where that page or a table is stale
// Finished trainings are kept in runs/, so that an interrupted command can be repeated.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { runExperiment } from 'understudy'
import { progressBar } from '../../dist/util/progress.js'
import { recipeOf, recipes } from './recipes.mjs'
import { isRecorded, record, tableFileOf, tidyTable } from './recorded.mjs'
import { filled } from './tables.mjs'

const path = (file) => fileURLToPath(new URL(`../../${file}`, import.meta.url))
const page = path('docs/results.md')
const template = path('results/page.md')

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string', default: process.env.UNDERSTUDY_DATA ?? path('data/raw') },
    runs: { type: 'string', default: path('runs') },
    queue: { type: 'string' },
    workers: { type: 'string' },
    again: { type: 'boolean', default: false },
    page: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  },
})

/** Files that are made of recorded runs, with their text. */
const made = () =>
  new Map([
    ...Object.keys(recipes).map((name) => [tableFileOf(name), tidyTable(name)]),
    [page, filled(readFileSync(template, 'utf8'))],
  ])

function check() {
  const stale = [...made()].filter(
    ([file, text]) => !existsSync(file) || readFileSync(file, 'utf8') !== text,
  )
  for (const [file] of stale) console.error(`${file} is not what results/ gives`)
  if (stale.length > 0) console.error('make them again: npm run results -- --page')
  process.exitCode = stale.length > 0 ? 1 : 0
}

function list() {
  for (const [name, { data }] of Object.entries(recipes))
    for (const dataset of Object.keys(data))
      console.log(`${isRecorded(name, dataset) ? 'recorded' : '-       '}  ${name}  ${dataset}`)
}

async function run(name, datasets) {
  if (!(name in recipes)) throw new Error(`no recipe ${name}: ${Object.keys(recipes).join(', ')}`)
  for (const dataset of datasets.length > 0 ? datasets : Object.keys(recipes[name].data)) {
    if (isRecorded(name, dataset) && !flags.again) continue
    console.error(`${name} on ${dataset}`)
    const { preset, ...how } = recipeOf(name, dataset)
    const { folder } = await runExperiment(preset, {
      ...how,
      ...{ dataRoot: flags.data, runs: flags.runs, queue: flags.queue },
      workers: flags.workers === undefined ? undefined : Number(flags.workers),
      progress: progressBar,
      onNotice: console.error,
    })
    record(name, dataset, readFileSync(join(folder, 'results.json')))
  }
}

if (flags.check) check()
else if (positionals.length === 0 && !flags.page) list()
else {
  if (positionals.length > 0) await run(positionals[0], positionals.slice(1))
  for (const [file, text] of made()) writeFileSync(file, text)
}
