// Draws the table of docs/scale.md: node test/bench/scale/figure.mjs docs/scale.md docs/scale.png
import { readFileSync, writeFileSync } from 'node:fs'
import { closePictures, pictureOf } from '../../../dist/report/picture.js'

const [page, picture] = process.argv.slice(2)
const rows = [...readFileSync(page, 'utf8').matchAll(/^\| (films|visitors) \|(.+)\|$/gm)].map(
  ([, data, cells]) => ({
    data,
    values: cells.split('|').map((cell) => Number.parseFloat(cell.replaceAll(',', ''))),
  }),
)
const traces = (column, axis) =>
  ['films', 'visitors'].map((data, k) => {
    const own = rows.filter((row) => row.data === data)
    return {
      name: data,
      x: own.map(({ values }) => values[0]),
      y: own.map(({ values }) => values.at(column)),
      mode: 'lines+markers',
      line: { color: ['#1f77b4', '#d95f02'][k] },
      xaxis: `x${axis}`,
      yaxis: `y${axis}`,
      showlegend: axis === '',
    }
  })
const axis = (title, more = {}) => ({ title: { text: title }, ...more })
const layout = {
  width: 860,
  height: 320,
  margin: { l: 60, r: 20, t: 20, b: 50 },
  font: { size: 13 },
  xaxis: axis('rows', { type: 'log', domain: [0, 0.44] }),
  yaxis: axis('rows/s, load', { rangemode: 'tozero' }),
  xaxis2: axis('rows', { type: 'log', domain: [0.56, 1], anchor: 'y2' }),
  yaxis2: axis('peak memory, GiB', { rangemode: 'tozero', anchor: 'x2' }),
  legend: { x: 0.02, y: 0.05 },
}
writeFileSync(picture, await pictureOf({ data: [...traces(4, ''), ...traces(-1, '2')], layout }))
await closePictures()
