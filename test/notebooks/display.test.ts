import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { understudy } from '../support/command.js'
import { cellsOf, notebookOf, type ReadCell } from '../support/notebooks.js'

// Beside the others, so that '..' is the package.
const file = join(
  dirname(fileURLToPath(import.meta.url)),
  '../../notebooks',
  `.display-${process.pid}.ipynb`,
)
let cells: ReadCell[] = []
let results: unknown

beforeAll(() => {
  const made = notebookOf(
    "import * as us from '..'\nimport * as aq from 'arquero'\nimport * as dfd from 'danfojs-node'",
    "await us.show([{ name: '<img src=x onerror=alert(1)>', n: 3, share: 0.123456 }])",
    'await us.show(aq.table({ a: [1, 2], b: ["x", null] }))',
    'await us.show(new dfd.DataFrame({ a: [1, 2], b: [0.5, 0.25] }, { index: ["one", "two"] }))',
    "await us.show({ title: 'A figure', caption: 'Of <b>three</b> points', data: [{ type: 'scatter', x: [1, 2, 3], y: [3, 1, 2] }], layout: { height: 300 } })",
    "const bar = us.progress('work', 'steps', 3)\nfor (let k = 0; k < 3; k++) { bar.step(); await new Promise((go) => setTimeout(go, 300)) }\nbar.stop()",
    'us.record({ value: 1 / 3, passed: true })',
    "await us.show({ title: 'Typed', data: [{ type: 'scatter', x: new Int32Array([1, 2]), y: new Float64Array([0.5, NaN]), error_y: { array: new Float32Array([0.25, 1]) } }, { type: 'heatmap', z: [new Float64Array([1, 2])] }], layout: {} })",
    "const open = us.progress('work', 'steps', 3)\nopen.detail?.({ lines: ['1 of 2 seeds done'], facts: {} })",
  )
  writeFileSync(file, readFileSync(made))
  const { status, stdout, stderr } = understudy('notebook', 'run', file, '--json')
  if (status !== 0) throw new Error(stderr)
  results = (JSON.parse(stdout) as { notebooks: { results: unknown }[] }).notebooks[0].results
  cells = cellsOf(file)
})
afterAll(() => rmSync(file, { force: true }))

const dataOf = (cell: number) => cells[cell].outputs!.map(({ data }) => data!)

it('a cell shows rows as a table, with text escaped and numbers short, and as plain text', () => {
  const [{ 'text/html': html, 'text/plain': plain }] = dataOf(1)
  expect(html).not.toContain('<img')
  expect(html).toContain('&#60;img')
  expect(html).toContain('<td style="text-align: right">0.1235</td>')
  expect(plain).toContain('0.1235')
})

it('a cell shows arquero tables and danfo frames alike, with their index', () => {
  expect(dataOf(2)[0]['text/plain']).toMatch(/a +b\s+1 +x\s+2/)
  expect(dataOf(3)[0]['text/plain']).toMatch(/a +b\s+one +1 +0\.5000\s+two +2 +0\.2500/)
})

it('a cell shows a figure once: live, as a picture, and as text', () => {
  const [figure, caption] = dataOf(4)
  const picture = Buffer.from(String(figure['image/png']), 'base64')
  expect(picture.subarray(1, 4).toString()).toBe('PNG')
  expect(picture.length).toBeGreaterThan(2000)
  expect(figure['application/vnd.plotly.v1+json']).toMatchObject({
    data: [{ y: [3, 1, 2] }],
    layout: { height: 300, title: { text: 'A figure' } },
  })
  expect(figure['text/plain']).toContain('A figure')
  expect(caption['text/html']).toContain('&#60;b&#62;three')
})

it('a figure takes typed arrays as it takes lists, however deep they lie', () => {
  const [{ 'application/vnd.plotly.v1+json': figure, 'image/png': picture }] = dataOf(7)
  expect((figure as { data: unknown }).data).toEqual([
    { type: 'scatter', x: [1, 2], y: [0.5, null], error_y: { array: [0.25, 1] } },
    { type: 'heatmap', z: [[1, 2]] },
  ])
  expect(String(picture).length).toBeGreaterThan(2000)
})

it('a bar moves in place, and leaves its last state', () => {
  expect(dataOf(5)).toEqual([{ 'text/plain': 'work: 3 of 3 steps' }])
})

it('a bar that moves has lines below it', () => {
  expect(dataOf(8)).toEqual([
    { 'text/plain': expect.stringMatching(/^work .*\n1 of 2 seeds done$/) },
  ])
})

it('a notebook hands its recorded results to whoever ran it', () => {
  expect(results).toEqual({ value: 0.333333, passed: true })
})

it('a terminal prints the same', async () => {
  const us = await import('#src/index.js')
  const written: string[] = []
  const write = process.stdout.write.bind(process.stdout)
  process.stdout.write = ((text: string) => written.push(text) > 0) as typeof process.stdout.write
  try {
    await us.show([{ a: 1, b: 'x' }])
    await us.show({ title: 'A figure', data: [], layout: {} })
  } finally {
    process.stdout.write = write
  }
  expect(written.join('')).toMatch(/a +b\s+1 +x\s+\[figure: A figure\]/)
})
