import { join } from 'node:path'
import { readConfig } from '../experiment/config.js'
import { presets } from '../presets/index.js'
import { commandOf } from '../run/command.js'
import { valueText } from '../run/other-run.js'
import type { StoredRun } from '../run/stored-run.js'
import { differences } from '../util/differences.js'
import { age } from '../util/duration.js'
import { byteText, type FolderSize } from '../util/folder-size.js'
import { grid } from '../util/grid.js'
import { visibleLine } from '../util/visible.js'
import { cut, wrap } from '../util/wrap.js'
import { answerOf } from './answer.js'
import { runText } from './run-text.js'

const width = 80
/** Where the names begin: after seeds, size and age. */
const indent = 29

/** A table of runs, each with what it found in a line, and the sizes of the folders they share. */
export function runsText(
  runs: readonly StoredRun[],
  shared: Record<string, FolderSize & { path: string }>,
  now: number,
): string {
  const line = (seeds: string, size: string, old: string, name: string) =>
    `${seeds.padEnd(7)}${size.padStart(9)}  ${old.padEnd(indent - 18)}${name}`
  const rows = runs.flatMap((run) => [
    line(seedCount(run), byteText(run.bytes), age((now - run.modified) / 1000), shown(run.name)),
    ...foundLines(run).map((text) => ' '.repeat(indent) + text),
  ])
  const sums = Object.entries(shared).map(
    ([what, { bytes, files, path }]) =>
      `${what}: ${byteText(bytes)}, ${files} file${files === 1 ? '' : 's'} in ${path}`,
  )
  return [
    ...(rows.length > 0 ? [line('seeds', 'size', 'age', 'run'), ...rows] : ['no runs yet']),
    '',
    ...sums.map((sum) => wrap(sum)),
  ].join('\n')
}

const shown = (text: string) => visibleLine(text)

/** Two lines have room for less than twice as much: words are not broken. */
function foundLines(run: StoredRun): string[] {
  const room = width - indent
  return wrap(cut(shown(found(run)), Math.floor(1.8 * room)), room).split('\n')
}

function seedCount({ seeds, origin }: StoredRun): string {
  return origin ? `${seeds.length}/${origin.seeds.length}` : String(seeds.length)
}

/** What a run found, or why it has found nothing. */
function found({ folder, state, origin, result, note }: StoredRun): string {
  const data = origin ? `${origin.provenance.dataset}: ` : ''
  if (state === 'damaged') return `damaged: ${note!.split('; ')[0].replace(join(folder, '/'), '')}`
  if (state === 'running') return `${data}running, ${note}`
  return data + (state === 'finished' ? answerOf(result!).sentences[0] : 'unfinished')
}

/** One run: what it is, what it is of, and its answer. */
export function storedRunText(run: StoredRun, now: number): string {
  const { name, state, origin, result, note, bytes, modified } = run
  const seeds = `${seedCount(run).replace('/', ' of ')} seeds`
  return [
    wrap(`${shown(name)}: ${state}, ${seeds}, ${byteText(bytes)}, age: ${written(now, modified)}`),
    ...(note === undefined ? [] : [wrap(shown(note))]),
    ...(origin ? originLines(origin) : []),
    ...(result && state !== 'damaged' ? ['', runText(result)] : []),
  ].join('\n')
}

const written = (now: number, modified: number) => age((now - modified) / 1000)

function originLines({ provenance, seeds, config }: NonNullable<StoredRun['origin']>): string[] {
  const { understudy, preset, dataset, dataFingerprint, engine, configHash } = provenance
  const own = differences(readConfig({}), config)
  return [
    ...(presets.names().includes(preset)
      ? [wrap(`command: ${commandOf({ preset, config, seeds, provenance })}`)]
      : []),
    wrap(
      `made by version ${understudy} with engine ${engine}; data ${dataset} ` +
        `(SHA-256 ${dataFingerprint.slice(0, 12)}), settings (SHA-256 ${configHash.slice(0, 12)})`,
    ),
    '',
    ...(own.length === 0
      ? ['All settings have their defaults.']
      : [settingsTable(['setting', 'value', 'default'], own, ([usual, value]) => [value, usual])]),
  ]
}

/** Settings with two values each. */
export function settingsTable(
  head: string[],
  own: ReturnType<typeof differences>,
  inOrder: (values: [unknown, unknown]) => [unknown, unknown] = (values) => values,
): string {
  const cell = (value: unknown) => cut(valueText(value), 20)
  return grid(
    head,
    own.map(({ path, values }) => [cut(path, 34), ...inOrder(values).map(cell)]),
  )
}
