import type { Figure } from './figures/figure.js'

/** The time of one task at one size. */
export interface GrowthPoint {
  engine: string
  /** The size that is varied, e.g. `interactions`. */
  quantity: string
  size: number
  seconds: number
}

/** Colours of the lines, in their order. */
const colours = ['#1f77b4', '#d62728', '#2ca02c', '#9467bd']

/** Name of the axis of a panel, as Plotly counts: `x`, `x2`, `x3`. */
const axis = (name: string, panel: number) => `${name}${panel === 0 ? '' : panel + 1}`

/** Time against each quantity, both logarithmic: a panel a quantity, a line an engine. */
export function growthFigure(
  points: GrowthPoint[],
): Figure & { layout: { width: number; height: number } } {
  const quantities = distinct(points.map(({ quantity }) => quantity))
  const columns = Math.min(3, quantities.length)
  const rows = Math.ceil(quantities.length / columns)
  return {
    name: 'growth',
    title: 'How the time of an epoch grows',
    caption:
      'One size at a time is multiplied, the others stay. ' +
      'Both axes are logarithmic: a straight line of slope 1 is proportional.',
    data: quantities.flatMap((quantity, panel) => lines(points, quantity, panel)),
    layout: {
      width: 900,
      height: 300 * rows,
      template: 'none',
      margin: { l: 60, r: 20, t: 40, b: 50 },
      font: { family: 'system-ui, sans-serif', size: 12 },
      grid: { rows, columns, pattern: 'independent', ygap: 0.35 },
      legend: { orientation: 'h', y: 1.12 },
      ...axes(points, quantities, columns),
    },
  }
}

/** A line an engine; the first panel names them. */
function lines(points: GrowthPoint[], quantity: string, panel: number): Record<string, unknown>[] {
  return distinct(points.map(({ engine }) => engine)).map((engine, e) => {
    const own = points.filter((point) => point.quantity === quantity && point.engine === engine)
    return {
      type: 'scatter',
      mode: 'lines+markers',
      name: engine,
      legendgroup: engine,
      showlegend: panel === 0,
      line: { color: colours[e] },
      x: own.map(({ size }) => size),
      y: own.map(({ seconds }) => 1000 * seconds),
      xaxis: axis('x', panel),
      yaxis: axis('y', panel),
    }
  })
}

/** Both axes of each panel; times are on one scale in all of them. */
function axes(
  points: GrowthPoint[],
  quantities: string[],
  columns: number,
): Record<string, unknown> {
  const times = points.map(({ seconds }) => Math.log10(1000 * seconds))
  const ticks = [1, 10, 100, 1000, 1e4, 1e5].flatMap((decade) => [1, 2, 5].map((n) => n * decade))
  const all = quantities.flatMap((quantity, panel): [string, unknown][] => {
    const own = points.filter((point) => point.quantity === quantity)
    const sizes = distinct(own.map(({ size }) => size))
    const x = {
      type: 'log',
      title: { text: quantity },
      tickvals: sizes,
      ticktext: sizes.map(String),
    }
    const y = {
      type: 'log',
      range: [Math.min(...times) - 0.1, Math.max(...times) + 0.1],
      tickvals: ticks,
      ticktext: ticks.map(String),
      ...(panel % columns === 0 ? { title: { text: 'ms an epoch' } } : {}),
    }
    return [
      [axis('xaxis', panel), x],
      [axis('yaxis', panel), y],
    ]
  })
  return Object.fromEntries(all)
}

function distinct<T>(values: T[]): T[] {
  return [...new Set(values)]
}
