import type { Figure } from './figures.js'

/** The time of one task at one size. */
export interface GrowthPoint {
  engine: string
  /** What is larger or smaller, e.g. `interactions`. */
  quantity: string
  size: number
  seconds: number
}

/** Time against each quantity, both logarithmic: a panel a quantity, a line an engine. */
export function growthFigure(points: GrowthPoint[]): Figure & { layout: { width: number; height: number } } {
  const quantities = [...new Set(points.map(({ quantity }) => quantity))]
  const engines = [...new Set(points.map(({ engine }) => engine))]
  const columns = Math.min(3, quantities.length)
  const rows = Math.ceil(quantities.length / columns)
  const colours = ['#1f77b4', '#d62728', '#2ca02c', '#9467bd']
  const axis = (name: string, k: number) => `${name}${k === 0 ? '' : k + 1}`
  const data = quantities.flatMap((quantity, k) =>
    engines.map((engine, e) => {
      const own = points.filter((point) => point.quantity === quantity && point.engine === engine)
      return { type: 'scatter', mode: 'lines+markers', name: engine, legendgroup: engine, showlegend: k === 0, line: { color: colours[e] }, x: own.map(({ size }) => size), y: own.map(({ seconds }) => 1000 * seconds), xaxis: axis('x', k), yaxis: axis('y', k) }
    }),
  )
  const times = points.map(({ seconds }) => Math.log10(1000 * seconds))
  const ticks = [1, 10, 100, 1000, 1e4, 1e5].flatMap((decade) => [1, 2, 5].map((n) => n * decade))
  const axes = quantities.flatMap((quantity, k) => {
    const sizes = [...new Set(points.filter((point) => point.quantity === quantity).map(({ size }) => size))]
    return [
      [axis('xaxis', k), { type: 'log', title: { text: quantity }, tickvals: sizes, ticktext: sizes.map(String) }],
      [axis('yaxis', k), { type: 'log', range: [Math.min(...times) - 0.1, Math.max(...times) + 0.1], tickvals: ticks, ticktext: ticks.map(String), ...(k % columns === 0 ? { title: { text: 'ms an epoch' } } : {}) }],
    ] as const
  })
  return {
    name: 'growth',
    title: 'How the time of an epoch grows',
    caption: 'One size at a time is multiplied, the others stay. Both axes are logarithmic: a straight line of slope 1 is proportional.',
    data,
    layout: { width: 900, height: 300 * rows, template: 'none', margin: { l: 60, r: 20, t: 40, b: 50 }, font: { family: 'system-ui, sans-serif', size: 12 }, grid: { rows, columns, pattern: 'independent', ygap: 0.35 }, legend: { orientation: 'h', y: 1.12 }, ...Object.fromEntries(axes) },
  }
}
