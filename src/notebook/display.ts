import { randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'
import { commandOf } from '../run/command.js'
import type { FinishedRun } from '../run/finished-run.js'
import { type DocumentTable, number, type TableCell, textOf } from '../report/document.js'
import { figureJson } from '../report/figure-json.js'
import type { Figure } from '../report/figures.js'
import { escapeHtml } from '../util/html.js'
import { pictureOf } from '../report/picture.js'
import { runLabel } from '../report/table.js'
import { ConfigError } from '../util/errors.js'
import { grid } from '../util/grid.js'
import { Meter } from '../util/meter.js'
import { barLine, counting, type Progress, progressBar } from '../util/progress.js'
import type { WorkPlan } from '../util/time-left.js'
import { visible } from '../util/visible.js'

/** A Plotly figure that can be shown; its title and caption are shown with it. */
export type ShownFigure = Pick<Figure, 'data' | 'layout'> &
  Partial<Pick<Figure, 'title' | 'caption'>>

/**
 * A table that can be shown: rows as objects, an arquero table, a danfo frame, or a table of a
 * report.
 */
export type ShownTable =
  | object[]
  | {
      /** Names of the columns. */
      columnNames(): string[]
      /** Rows as objects. */
      objects(): object[]
    }
  | { columns: string[]; values: unknown; index: (string | number)[] }
  | Pick<DocumentTable, 'head' | 'rows'>

/** Type under which `record` puts its results into a notebook. */
export const resultsType = 'application/vnd.understudy.results+json'

/**
 * Shows a table, a figure, or the title and data of a run: in a notebook as an HTML table or a live
 * chart with a picture beside it, elsewhere as text on stdout. Await it.
 */
export async function show(what: ShownTable | ShownFigure | FinishedRun): Promise<void> {
  if ('result' in what)
    put({
      'text/plain': [
        what.result.title,
        ...runLabel(what.result),
        `run: ${commandOf(what.result)}`,
      ].join('\n'),
    })
  else if ('data' in what && 'layout' in what) await showFigure(what as ShownFigure)
  else showTable(tableOf(what as ShownTable))
}

/**
 * Records the numbers that a notebook stands for: shown as text, and handed to whoever runs the
 * notebook.
 * @param results - by name; numbers are rounded to six significant digits
 */
export function record(results: Record<string, number | string | boolean>): void {
  const rounded = Object.fromEntries(
    Object.entries(results).map(([name, value]) => [
      name,
      typeof value === 'number' ? Number(value.toPrecision(6)) : value,
    ]),
  )
  put({ [resultsType]: rounded, 'text/plain': JSON.stringify(rounded, null, 2) })
}

/**
 * Makes a progress bar: in a notebook it moves in place and its last state stays, elsewhere it is
 * on stderr.
 * @param label - what is done, e.g. `training`
 * @param unit - what is counted, e.g. `steps`
 * @param total - number of units, or which kinds of them. Default 0: told later, by `set`
 * @example
 * const bar = progress('training', 'steps', 3)
 * for (let t = 0; t < 3; t++) {
 *   trial.warmModel(t)
 *   bar.step()
 * }
 * bar.stop()
 */
export function progress(label: string, unit: string, total: number | WorkPlan = 0): Progress {
  const write = channel()
  if (!write) return progressBar(label, unit, total)
  const id = randomUUID()
  const meter = new Meter(unit, total)
  let [last, shown] = [-Infinity, false]
  let below: readonly string[] = []
  const draw = (text: string) => {
    write({ data: { 'text/plain': text }, metadata: {}, transient: { display_id: id } }, shown)
    shown = true
  }
  const move = () => {
    const now = performance.now()
    if (now - last < 500 || !meter.known) return
    last = now
    draw([barLine(label, meter), ...below].join('\n'))
  }
  return {
    ...counting(meter, move),
    detail({ lines }) {
      below = lines
      move()
    },
    stop: () => shown && draw(`${label}: ${meter.count}`),
  }
}

type Write = (
  message: {
    data: Record<string, unknown>
    metadata: Record<string, unknown>
    transient: { display_id?: string }
  },
  update?: boolean,
) => void

/**
 * The kernel's channel; undefined outside a notebook. tslab's own public function takes one type
 * alone.
 */
function channel(): Write | undefined {
  if (!('__tslab__' in globalThis)) return undefined
  return (
    (
      createRequire(import.meta.url)('tslab/dist/jupyter.js') as {
        lastWriteDisplayData: Write | null
      }
    ).lastWriteDisplayData ?? undefined
  )
}

/** Shows something in several types at once; a reader takes the richest one that it knows. */
function put(
  data: Record<string, unknown> & { 'text/plain': string },
  metadata: Record<string, unknown> = {},
): void {
  const write = channel()
  if (write) write({ data, metadata, transient: {} })
  else process.stdout.write(visible(data['text/plain']) + '\n')
}

function tableOf(what: ShownTable): Pick<DocumentTable, 'head' | 'rows'> {
  if ('rows' in what) return what
  if ('columns' in what) {
    const { columns, values, index } = what
    const rows = (values as unknown[]).map((row) => [row].flat().map(cellOf))
    // Names of rows are shown, their numbers are not.
    return typeof index[0] === 'string'
      ? { head: ['', ...columns], rows: rows.map((row, k) => [String(index[k]), ...row]) }
      : { head: columns, rows }
  }
  const rows = Array.isArray(what) ? what : what.objects()
  const head = Array.isArray(what)
    ? [...new Set(rows.flatMap((row) => Object.keys(row)))]
    : what.columnNames()
  return {
    head,
    rows: rows.map((row) => head.map((name) => cellOf((row as Record<string, unknown>)[name]))),
  }
}

/** Numbers with four significant digits, integers whole. */
function cellOf(value: unknown): TableCell {
  if (typeof value === 'number')
    return Number.isInteger(value)
      ? number(value, 0)
      : {
          value,
          text: Number.isNaN(value)
            ? ''
            : Math.abs(value) < 1e-3
              ? value.toExponential(1)
              : value.toFixed(Math.max(0, 3 - Math.floor(Math.log10(Math.abs(value))))),
        }
  return value === undefined || value === null ? '' : String(value)
}

function showTable({ head, rows }: Pick<DocumentTable, 'head' | 'rows'>): void {
  const td = (cell: TableCell) =>
    `<td style="text-align: ${typeof cell === 'string' ? 'left' : 'right'}">${escapeHtml(textOf(cell))}</td>`
  const html = `<table>\n<thead><tr>${head.map((name, k) => `<th style="text-align: ${typeof rows[0]?.[k] === 'object' ? 'right' : 'left'}">${escapeHtml(name)}</th>`).join('')}</tr></thead>\n<tbody>\n${rows.map((row) => `<tr>${row.map(td).join('')}</tr>`).join('\n')}\n</tbody>\n</table>`
  put({
    'text/html': html,
    'text/plain': grid(
      head,
      rows.map((row) => row.map(textOf)),
    ),
  })
}

// The width that JupyterLab leaves beside its file browser; it shows a picture at its own size
// until the mouse is over it.
const width = 720

async function showFigure(figure: ShownFigure): Promise<void> {
  const { data, layout, title, caption } = JSON.parse(
    figureJson(figure, (value) =>
      typeof value === 'number' ? Number(value.toPrecision(6)) : value,
    ),
  ) as ShownFigure
  const { height = 380 } = layout as { height?: number }
  const axis = { automargin: true }
  const margin = { l: 60, r: 20, b: 50, ...(layout['margin'] as object), t: title ? 50 : 20 }
  const full = {
    template: 'none',
    paper_bgcolor: '#fff',
    plot_bgcolor: '#fff',
    font: { family: 'system-ui, sans-serif', size: 12 },
    ...layout,
    margin,
    xaxis: { ...axis, ...(layout['xaxis'] as object) },
    yaxis: { ...axis, ...(layout['yaxis'] as object) },
    width,
    height,
    ...(title ? { title: { text: title, font: { size: 15 } } } : {}),
  }
  const text = `[figure${title ? `: ${title}` : ''}]${caption ? ` ${caption}` : ''}`
  if (!channel()) return put({ 'text/plain': text })
  const picture = await stillOf({ data, layout: full })
  put(
    {
      'application/vnd.plotly.v1+json': { data, layout: full, config: { displaylogo: false } },
      ...(picture ? { 'image/png': picture } : {}),
      'text/plain': text,
    },
    { 'image/png': { width, height } },
  )
  if (caption) put({ 'text/html': `<p><em>${escapeHtml(caption)}</em></p>`, 'text/plain': caption })
}

/**
 * The figure as a picture in base64, for readers without Plotly; undefined where there is no
 * browser.
 */
async function stillOf(figure: Parameters<typeof pictureOf>[0]): Promise<string | undefined> {
  try {
    return (await pictureOf(figure)).toString('base64')
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return undefined
  }
}
