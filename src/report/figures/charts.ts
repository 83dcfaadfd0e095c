import type { Figure } from './figure.js'
import { bins, margin } from './parts.js'

/** Numbers or names along an axis. */
export type Values = ArrayLike<number> | ArrayLike<string>

/** What every chart has. */
export interface Chart {
  title: string
  /** Says what the figure shows and how to read it. */
  caption?: string
  /** Titles of the axes. */
  x?: string
  y?: string
  /** Height in pixels. */
  height?: number
}

/** A row of points: y over x, with an error bar on either side where there is one. */
export interface Series {
  /** Its name in the legend. */
  name?: string
  x: Values
  y: ArrayLike<number>
  error?: ArrayLike<number>
  dash?: 'solid' | 'dot'
}

/** Straight lines to compare with: at an x, at a y, or where both are equal. */
export interface Marks {
  at?: { x: number | string } | { y: number } | 'diagonal'
}

/**
 * Bars, of several series beside each other or on top of each other.
 * @example
 * await show(barChart({ title: 'Weights', y: 'weight' }, [{ x: ['V', 'EE'], y: [1, -2] }]))
 */
export function barChart(
  chart: Chart & Marks & { stacked?: boolean },
  series: readonly Series[],
): Figure {
  return figureOf(
    chart,
    series.map((one) => ({ type: 'bar', ...trace(one) })),
    {
      barmode: chart.stacked ? 'stack' : 'group',
    },
  )
}

/**
 * Lines through points, or the lines alone.
 * @example
 * await show(lineChart({ title: 'Recall', x: 'users' }, [{ x: [30, 300], y: [0.1, 0.2] }]))
 */
export function lineChart(
  chart: Chart & Marks & { log?: ('x' | 'y')[]; points?: boolean; from0?: boolean },
  series: readonly Series[],
): Figure {
  const { log = [], points = true, from0 } = chart
  const mode = points ? 'lines+markers' : 'lines'
  return figureOf(
    chart,
    series.map((one) => ({ type: 'scatter', mode, ...trace(one) })),
    {
      ...(log.includes('x') ? { xaxis: { type: 'log' } } : {}),
      yaxis: {
        ...(log.includes('y') ? { type: 'log' } : {}),
        ...(from0 ? { rangemode: 'tozero' } : {}),
      },
    },
  )
}

/**
 * A table as colours, with the values in the cells. Differences have two colours, 0 between them;
 * shares have one, from 0 to 1.
 * @param values - a row a name of `rows`, a number a name of `columns`
 */
export function heatmap(
  chart: Chart & { of: 'differences' | 'shares'; text: (value: number) => string },
  { rows, columns, values }: { rows: string[]; columns: string[]; values: ArrayLike<number>[] },
): Figure {
  const scale =
    chart.of === 'shares'
      ? { colorscale: 'Blues', reversescale: true, zmin: 0, zmax: 1 }
      : { colorscale: 'RdBu', zmid: 0 }
  const cells = {
    x: columns,
    y: rows,
    z: values,
    text: values.map((row) => Array.from(row, chart.text)),
    texttemplate: '%{text}',
  }
  return figureOf(chart, [{ type: 'heatmap', ...scale, ...cells }], {
    yaxis: { autorange: 'reversed' },
  })
}

/** Histograms of several columns of numbers, each on axes of its own; NaN are left out. */
export function histograms(
  chart: Chart,
  columns: Readonly<Record<string, ArrayLike<number>>>,
): Figure {
  const perRow = 4
  const names = Object.keys(columns)
  const axis = (letter: string, j: number) => (j === 0 ? letter : `${letter}${j + 1}`)
  const data = names.map((name, j) => ({
    ...{ type: 'bar', name, xaxis: axis('x', j), yaxis: axis('y', j) },
    ...bins(Array.from(columns[name]).filter((value) => !Number.isNaN(value))),
  }))
  return figureOf(chart, data, {
    grid: { rows: Math.ceil(names.length / perRow), columns: perRow, pattern: 'independent' },
    showlegend: false,
    bargap: 0,
    annotations: names.map((text, j) => ({
      ...{ text, showarrow: false, x: 0.95, y: 0.95 },
      ...{ xref: `${axis('x', j)} domain`, yref: `${axis('y', j)} domain` },
    })),
  })
}

function trace({ name, x, y, error, dash }: Series): Record<string, unknown> {
  return {
    ...(name === undefined ? {} : { name }),
    x,
    y,
    ...(error ? { error_y: { type: 'data', array: error } } : {}),
    ...(dash ? { line: { dash } } : {}),
  }
}

function figureOf(
  { title, caption = '', x, y, height, at }: Chart & Marks,
  data: Figure['data'],
  layout: Record<string, unknown> & { xaxis?: object; yaxis?: object },
): Figure {
  return {
    name: title.toLowerCase().replace(/[^a-z0-9]+/g, '-'),
    title,
    caption,
    data,
    layout: {
      margin,
      ...(height === undefined ? {} : { height }),
      ...layout,
      xaxis: { ...layout.xaxis, ...(x === undefined ? {} : { title: { text: x } }) },
      yaxis: { ...layout.yaxis, ...(y === undefined ? {} : { title: { text: y } }) },
      ...(at === undefined ? {} : { shapes: [lineAt(at)] }),
    },
  }
}

function lineAt(at: NonNullable<Marks['at']>): Record<string, unknown> {
  const dotted = { type: 'line', line: { dash: 'dot' } }
  if (at === 'diagonal') return { ...dotted, x0: 0, x1: 1, y0: 0, y1: 1 }
  return 'x' in at
    ? { ...dotted, x0: at.x, x1: at.x, y0: 0, y1: 1, yref: 'paper' }
    : { ...dotted, x0: 0, x1: 1, xref: 'paper', y0: at.y, y1: at.y }
}
