import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync as writeFile } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parquetReadObjects } from 'hyparquet'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '#src/report/browser.js'
import { html } from '#src/report/html.js'
import { markdown } from '#src/report/markdown.js'
import { understudy } from '../support/command.js'
import { hasRealData, realData } from '../support/real-data.js'

const folder = mkdtempSync(join(tmpdir(), 'understudy-'))
let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(async () => {
  await browser.close()
  rmSync(folder, { recursive: true })
})

/** A page as a reader opens it; what it says to the console or asks of a network is gathered. */
async function open(file: string, options: Parameters<Browser['newPage']>[0] = {}): Promise<{ page: Page; trouble: string[] }> {
  const page = await browser.newPage(options)
  const trouble: string[] = []
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && trouble.push(message.text()))
  page.on('pageerror', (error) => trouble.push(error.message))
  page.on('dialog', (dialog) => trouble.push(`dialog ${dialog.message()}`))
  page.on('request', (request) => /^(file|data|blob):/.test(request.url()) || trouble.push(request.url()))
  await page.goto(pathToFileURL(file).href)
  return { page, trouble }
}

/** A run on Beauty where it is at hand, else on the generated shop. */
const real = hasRealData ? ['--dataset', 'amazon-2014/Beauty', '--data', realData] : []
const store = ['--store', join(folder, 'store')]

describe(`the report of a run${hasRealData ? ' on Beauty' : ' (on the generated shop: Beauty is not at hand)'}, beside an audit`, () => {
  const out = join(folder, 'report')
  beforeAll(() => {
    expect(understudy('run', 'prompt-design', ...real, '--seeds', '2', ...store, '--out', join(folder, 'run')).status).toBe(0)
    for (const preset of ['policy-vs-baselines', 'budget']) expect(understudy('run', preset, '--size', 'smoke', ...store, '--out', join(folder, preset)).status).toBe(0)
    const audit = understudy('audit', '--questions', '60', '--json')
    writeAudit(audit.stdout)
    const { status, stderr } = understudy('report', ...['run', 'policy-vs-baselines', 'budget'].map((name) => join(folder, name)), '--audit', join(folder, 'audit.json'), '--out', out)
    expect(stderr).toBe('')
    expect(status).toBe(0)
  }, 300_000)

  const writeAudit = (text: string) => writeFile(join(folder, 'audit.json'), text)

  it.each([
    ['desktop', { viewport: { width: 1280, height: 900 }, colorScheme: 'light' as const }],
    ['phone', { viewport: { width: 390, height: 800 }, colorScheme: 'dark' as const }],
  ])('%s: no error, no request, nothing wider than the screen, every figure drawn', async (_, options) => {
    const { page, trouble } = await open(join(out, 'report.html'), options)
    await page.waitForFunction('document.documentElement.dataset.drawn !== undefined')
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    const plots = await page.locator('.plot').all()
    expect(plots.length).toBeGreaterThanOrEqual(15)
    for (const plot of plots) {
      const marks = await plot.locator('.point, .points path, .lines path, .scatterlayer path, .heatmaplayer image, .bars path').count()
      expect(marks, (await plot.getAttribute('id'))!).toBeGreaterThan(0)
      expect(await differentColours(await plot.screenshot())).toBeGreaterThan(3)
    }
    expect(trouble).toEqual([])
    await page.close()
  })

  it('tables sort by numbers, up and down, by keyboard too', async () => {
    const { page } = await open(join(out, 'report.html'))
    const table = page.locator('#run-1-arms')
    const values = async () => (await table.locator('tbody tr td:nth-child(5)').evaluateAll((cells) => cells.map((cell) => Number((cell as unknown as { dataset: { value: string } }).dataset.value))))
    const button = table.locator('thead th:nth-child(5) button')
    const before = await values()
    await button.click()
    expect(await values()).toEqual([...before].sort((a, b) => a - b))
    await button.focus()
    await page.keyboard.press('Enter')
    expect(await values()).toEqual([...before].sort((a, b) => b - a))
    expect(await table.locator('thead th:nth-child(5)').getAttribute('aria-sort')).toBe('descending')
    await page.close()
  })

  it('axe finds nothing serious, in light and dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page } = await open(join(out, 'report.html'), { colorScheme, bypassCSP: true })
      await page.waitForFunction('document.documentElement.dataset.drawn !== undefined')
      await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core') })
      const { violations } = await page.evaluate<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>('axe.run()')
      expect(violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id, nodes }) => `${id}: ${nodes[0].html}`)).toEqual([])
      await page.close()
    }
  }, 120_000)

  it('without scripts there are pictures, and all tables', async () => {
    const { page } = await open(join(out, 'report.html'), { javaScriptEnabled: false })
    expect(await page.locator('.plot img').count()).toBeGreaterThanOrEqual(15)
    expect(await page.locator('#run-1-arms tbody tr').count()).toBeGreaterThan(3)
    await page.close()
  })

  it('the page is small, and each table is there as CSV and Parquet with the same numbers', async () => {
    expect(statSync(join(out, 'report.html')).size).toBeLessThan(6e6)
    const lines = readFileSync(join(out, 'run-1-arms.csv'), 'utf8').trim().split('\n')
    const file = readFileSync(join(out, 'run-1-arms.parquet'))
    const rows = await parquetReadObjects({ file: file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer })
    expect(rows).toHaveLength(lines.length - 1)
    expect(String(rows[0]['cold recall@50'] ?? rows[0]['cold recall@10'])).toBe(lines[1].split(',')[lines[0].split(',').indexOf('cold recall@50' in rows[0] ? 'cold recall@50' : 'cold recall@10')])
    expect(existsSync(join(out, 'run-1-recall.png'))).toBe(true)
    expect(readFileSync(join(out, 'report.md'), 'utf8')).toMatch(/!\[.*\]\(run-1-recall\.png\)/)
  })
})

/** Number of different colours in a picture, some pixels looked at: an empty one has one. */
async function differentColours(picture: Buffer): Promise<number> {
  const page = await browser.newPage()
  const count = await page.evaluate<number>(`(async () => {
    const picture = await createImageBitmap(await (await fetch('data:image/png;base64,${picture.toString('base64')}')).blob())
    const canvas = new OffscreenCanvas(picture.width, picture.height).getContext('2d')
    canvas.drawImage(picture, 0, 0)
    const { data } = canvas.getImageData(0, 0, picture.width, picture.height)
    const colours = new Set()
    for (let k = 0; k < data.length; k += 4) colours.add(data[k] << 16 | data[k + 1] << 8 | data[k + 2])
    return colours.size
  })()`)
  await page.close()
  return count
}

it('text of data is shown, never run: in titles, tables, captions and figures', async () => {
  const hostile = '<img src=x onerror="alert(1)"></script><script>alert(2)</script>"\'><b>&amp;'
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
            tables: [{ name: 'table', caption: hostile, head: [hostile], rows: [[hostile]] }],
            figures: [{ name: 'figure', title: hostile, caption: hostile, data: [{ type: 'bar', x: [hostile], y: [1] }], layout: { title: { text: hostile } } }],
            literal: [hostile, hostile],
          },
        ],
      },
    ],
  }
  const file = join(folder, 'hostile.html')
  writeFile(file, html(document, new Map()))
  const { page, trouble } = await open(file)
  await page.waitForFunction('document.documentElement.dataset.drawn !== undefined')
  expect(trouble).toEqual([])
  expect(await page.locator('h1').textContent()).toBe(hostile)
  expect(await page.locator('td').textContent()).toBe(hostile)
  expect(await page.locator('img, b').count()).toBe(0)
  // Between fences Markdown is literal.
  expect(markdown(document, new Set()).replace(/```[^]*?```/g, '')).not.toMatch(/(^|[^\\])</m)
  await page.close()
})

it.each([
  [[], /nothing to report on/],
  [['nowhere'], /results\.json: is not there/],
  [['--audit', 'package.json'], /is no audit/],
])('refuses %j', (args, message) => {
  const { status, stderr } = understudy('report', ...args)
  expect(status).toBe(2)
  expect(stderr).toMatch(message)
})
