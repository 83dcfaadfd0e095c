import type { RunResult } from '../../run/result.js'
import type { ReportedRow } from '../../experiment/row.js'

/** Colours of lines, in their order. */
export const palette = [
  '#3366cc',
  '#dc7633',
  '#2e8b57',
  '#8e44ad',
  '#c0392b',
  '#16a2b8',
  '#7f6000',
  '#666699',
]

/** The trials of learned policies. */
export const learnedTrials = ({ trials }: RunResult) =>
  trials.filter(
    (trial): trial is ReportedRow & { learned: NonNullable<ReportedRow['learned']> } =>
      trial.learned !== undefined,
  )

/** Margins of a figure without long names. */
export const margin = { l: 60, r: 20, t: 20, b: 50 }

/** The layout of a row a name: long names need room, many names need height. */
export const rowsLayout = (names: string[]) => ({
  height: Math.max(260, 110 + 24 * names.length),
  margin: { ...margin, l: 20 + 6.6 * Math.max(...names.map((name) => name.length)) },
  yaxis: { autorange: 'reversed', type: 'category' },
  showlegend: false,
})

/** A line from bottom to top at x. */
export const vertical = (x: number, dash: string) => ({
  type: 'line',
  x0: x,
  x1: x,
  y0: 0,
  y1: 1,
  yref: 'paper',
  line: { dash, width: 1, color: '#888' },
})

/** A band of `half` on either side, and its line, in the colour of its number. */
export function bandedLine(
  name: string,
  x: number[],
  y: number[],
  half: number[],
  k: number,
): Record<string, unknown>[] {
  const color = palette[k % palette.length]
  const band = {
    type: 'scatter',
    x: [...x, ...[...x].reverse()],
    y: [...y.map((v, i) => v + half[i]), ...y.map((v, i) => v - half[i]).reverse()],
    fill: 'toself',
    fillcolor: color,
    opacity: 0.15,
    line: { width: 0 },
    mode: 'lines',
    hoverinfo: 'skip',
    showlegend: false,
  }
  return [band, { type: 'scatter', mode: 'lines+markers', name, x, y, line: { color } }]
}

/** A histogram: the middle of each of `n` bins of equal width, and how many values are in it. */
export function bins(values: number[], n = 40): { x: number[]; y: number[] } {
  const low = values.reduce((a, b) => Math.min(a, b), Infinity)
  const high = values.reduce((a, b) => Math.max(a, b), -Infinity)
  const counts = new Array<number>(n).fill(0)
  for (const x of values) counts[Math.min(n - 1, Math.floor((n * (x - low)) / (high - low || 1)))]++
  return { x: counts.map((_, k) => low + ((k + 0.5) * (high - low)) / n), y: counts }
}
