import { existsSync, readFileSync, statSync, writeFileSync as writeFile } from 'node:fs'
import { join } from 'node:path'
import { parquetReadObjects } from 'hyparquet'
import { beforeAll, describe, expect, it } from 'vitest'
import { runExperiment } from '#src/execution/run-experiment.js'
import { reportPage } from '#src/report/html.js'
import { markdown } from '#src/report/markdown.js'
import { understudy } from '../support/command.js'
import { sharedFolder } from '../support/files.js'
import {
  differentColours,
  expectAccessible,
  expectToFit,
  firstPoints,
  open,
  sandboxNote,
} from '../support/pages.js'
import { tiny, tinyFlags } from '../support/tiny.js'

const folder = sharedFolder()

// Of a run on real data: test/browser/beauty.slow.test.ts.
describe('the report of three runs and an audit', () => {
  const out = join(folder, 'report')
  beforeAll(async () => {
    const presets = ['prompt-design', 'policy-vs-baselines', 'budget']
    for (const preset of presets)
      await runExperiment(preset, {
        settings: tiny,
        size: 'smoke',
        dataRoot: folder,
        out: join(folder, preset),
        store: join(folder, 'store'),
        workers: 1,
      })
    writeAudit(understudy('audit', '--questions', '60', ...tinyFlags, '--json').stdout)
    const { status, stderr } = understudy(
      'report',
      ...presets.map((name) => join(folder, name)),
      '--audit',
      join(folder, 'audit.json'),
      '--out',
      out,
    )
    expect(stderr.replace(sandboxNote, '')).toBe('')
    expect(status).toBe(0)
  })

  const writeAudit = (text: string) => writeFile(join(folder, 'audit.json'), text)

  it.each([
    ['desktop', { viewport: { width: 1280, height: 900 }, colorScheme: 'light' as const }],
    ['phone', { viewport: { width: 390, height: 800 }, colorScheme: 'dark' as const }],
  ])(
    'has no error or request on a %s, fits the screen, and draws every figure',
    async (_, options) => {
      const { page, trouble } = await open(join(out, 'report.html'), options)
      await page.waitForFunction('document.documentElement.dataset.drawn !== undefined')
      await expectToFit(page)
      const plots = await page.locator('.plot').all()
      expect(plots.length).toBeGreaterThanOrEqual(15)
      for (const plot of plots) {
        const marks = await plot
          .locator(
            '.point, .points path, .lines path, .scatterlayer path, .heatmaplayer image, .bars path',
          )
          .count()
        expect(marks, (await plot.getAttribute('id'))!).toBeGreaterThan(0)
        expect(await differentColours(await plot.screenshot())).toBeGreaterThan(3)
      }
      expect(trouble).toEqual([])
      await page.close()
    },
  )

  it.each([1280, 390])('of one run has its decision on a first screen of %d', async (width) => {
    const one = join(folder, 'one')
    expect(understudy('report', join(folder, 'policy-vs-baselines'), '--out', one).status).toBe(0)
    const { page, trouble } = await open(join(one, 'report.html'), {
      viewport: { width, height: 844 },
    })
    expect((await firstPoints(page)).slice(0, 4)).toEqual([
      expect.stringMatching(/^(Ask\?|Answer)$/),
      'What it brings',
      'How sure',
      'What it costs',
    ])
    await expectToFit(page)
    expect(trouble).toEqual([])
    await page.close()
  })

  it('has labels that are whole on a phone', async () => {
    const { page } = await open(join(out, 'report.html'), { viewport: { width: 390, height: 844 } })
    await page.waitForFunction('document.documentElement.dataset.drawn !== undefined')
    const cutOff = `[...document.querySelectorAll('.plot .ytick text, .plot .xtick text, .plot .legendtext, .plot .ytitle, .plot .xtitle')]
      .filter((e) => {
        const [own, plot] = [e, e.closest('.plot')].map((x) => x.getBoundingClientRect())
        return own.left < plot.left - 1 || own.right > plot.right + 1 || own.bottom > plot.bottom + 1
      })
      .map((e) => e.closest('.plot').id + ': ' + e.textContent)`
    expect(await page.locator('.plot .ytick text').count()).toBeGreaterThan(20)
    expect(await page.evaluate(cutOff)).toEqual([])
    await page.close()
  })

  it('has tables that sort by numbers, up and down, also by keyboard', async () => {
    const { page } = await open(join(out, 'report.html'))
    await page
      .locator('details', { has: page.locator('#run-1-arms') })
      .locator('summary')
      .click()
    const table = page.locator('#run-1-arms')
    const values = async () =>
      await table
        .locator('tbody tr td:nth-child(5)')
        .evaluateAll((cells) =>
          cells.map((cell) =>
            Number((cell as unknown as { dataset: { value: string } }).dataset.value),
          ),
        )
    const button = table.locator('thead th:nth-child(5) button')
    const before = await values()
    await button.click()
    expect(await values()).toEqual([...before].sort((a, b) => a - b))
    await button.focus()
    await page.keyboard.press('Enter')
    expect(await values()).toEqual([...before].sort((a, b) => b - a))
    expect(await table.locator('thead th:nth-child(5)').getAttribute('aria-sort')).toBe(
      'descending',
    )
    await page.close()
  })

  it('has no serious fault that axe finds, in light and dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page } = await open(join(out, 'report.html'), { colorScheme, bypassCSP: true })
      await page.waitForFunction('document.documentElement.dataset.drawn !== undefined')
      await expectAccessible(page)
      await page.close()
    }
  })

  it('shows pictures and all tables without scripts', async () => {
    const { page } = await open(join(out, 'report.html'), { javaScriptEnabled: false })
    expect(await page.locator('.plot img').count()).toBeGreaterThanOrEqual(15)
    expect(await page.locator('#run-1-arms tbody tr').count()).toBeGreaterThan(3)
    await page.close()
  })

  it('is small, and has each table as CSV and Parquet with the same numbers', async () => {
    // Plotly is 2 MB of it, the rest mostly pictures.
    expect(statSync(join(out, 'report.html')).size).toBeLessThan(3e6)
    const lines = readFileSync(join(out, 'run-1-arms.csv'), 'utf8').trim().split('\n')
    const file = readFileSync(join(out, 'run-1-arms.parquet'))
    const rows = await parquetReadObjects({
      file: file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer,
    })
    expect(rows).toHaveLength(lines.length - 1)
    const [head, first] = lines.map((line) => line.split(','))
    const column = head.find((name) => name.startsWith('cold recall@'))!
    expect(String(rows[0][column])).toBe(first[head.indexOf(column)])
    expect(existsSync(join(out, 'run-1-recall.png'))).toBe(true)
    expect(readFileSync(join(out, 'report.md'), 'utf8')).toMatch(/!\[.*\]\(run-1-recall\.png\)/)
  })
})

it('text of data is shown and never run, in titles, tables, captions and figures', async () => {
  const hostile =
    '<img src=x onerror="alert(1)"></script><script>alert(2)</script>"\'><b>&amp;' +
    '<a href="http://example.com">x</a><meta http-equiv="refresh" content="0; url=http://example.com">'
  const document = {
    title: hostile,
    chapters: [
      {
        name: 'one',
        title: hostile,
        sections: [
          {
            title: hostile,
            paragraphs: [hostile],
            tables: [
              {
                name: 'table',
                caption: hostile,
                head: [hostile],
                rows: [[hostile], [{ value: hostile as unknown as number, text: hostile }]],
              },
            ],
            figures: [
              {
                name: 'figure',
                title: hostile,
                caption: hostile,
                data: [{ type: 'bar', x: [hostile], y: [1] }],
                layout: { title: { text: hostile } },
              },
            ],
            literal: [hostile, hostile],
          },
        ],
      },
    ],
  }
  const file = join(folder, 'hostile.html')
  writeFile(file, reportPage(document, new Map()))
  const { page, trouble } = await open(file)
  await page.waitForFunction('document.documentElement.dataset.drawn !== undefined')
  expect(trouble).toEqual([])
  expect(await page.locator('h1').textContent()).toBe(hostile)
  expect(await page.locator('td').allTextContents()).toEqual([hostile, hostile])
  expect(await page.locator('td').last().getAttribute('data-value')).toBe(hostile)
  expect(await page.locator('img, b, a, svg a, body meta').count()).toBe(0)
  expect(page.url()).toMatch(/hostile\.html$/)
  // Between fences Markdown is literal.
  expect(markdown(document, new Set()).replace(/```[^]*?```/g, '')).not.toMatch(/(^|[^\\])</m)
  await page.close()
})

it.each([
  [[], /nothing to report on/],
  [['nowhere'], /results\.json: is not there/],
  [['--audit', 'package.json'], /is no audit/],
])('the command report refuses %j', (args, message) => {
  const { status, stderr } = understudy('report', ...args)
  expect(status).toBe(2)
  expect(stderr).toMatch(message)
})

it('a page draws typed arrays as it draws lists', async () => {
  const [x, y, error] = [Int32Array.of(1, 2, 3), Float64Array.of(3, 1, 2), Float32Array.of(1, 1, 1)]
  const error_y = { type: 'data', array: error }
  const figure = {
    ...{ name: 'typed', title: 'Typed', caption: 'Three points', layout: {} },
    data: [{ type: 'scatter', mode: 'markers', x, y, error_y }],
  }
  const section = { title: 'Section', paragraphs: [], figures: [figure] }
  const chapters = [{ name: 'one', title: 'One', sections: [section] }]
  const file = join(folder, 'typed.html')
  writeFile(file, reportPage({ title: 'Typed arrays', chapters }, new Map()))
  const { page, trouble } = await open(file)
  await page.waitForFunction('document.documentElement.dataset.drawn !== undefined')
  expect(await page.locator('#typed .points .point').count()).toBe(3)
  expect(await page.locator('#typed .errorbar').count()).toBe(3)
  expect(trouble).toEqual([])
  await page.close()
})
