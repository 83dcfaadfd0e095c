import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { launchBrowser, patience } from '#src/report/browser.js'

/** What the command report says where its browser has no sandbox, e.g. as root. */
export const sandboxNote = /^the browser that draws pictures has no sandbox here.*\n/

let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

/** A page as a reader opens it; what it says to the console or asks of a network is gathered. */
export async function open(
  file: string,
  options: Parameters<Browser['newPage']>[0] = {},
): Promise<{ page: Page; trouble: string[] }> {
  const page = await browser.newPage(options)
  page.setDefaultTimeout(patience)
  const trouble: string[] = []
  page.on(
    'console',
    (message) => ['error', 'warning'].includes(message.type()) && trouble.push(message.text()),
  )
  page.on('pageerror', (error) => trouble.push(error.message))
  page.on('dialog', (dialog) => trouble.push(`dialog ${dialog.message()}`))
  page.on(
    'request',
    (request) => /^(file|data|blob):/.test(request.url()) || trouble.push(request.url()),
  )
  await page.goto(pathToFileURL(file).href)
  return { page, trouble }
}

/** Number of different colours in a picture, some pixels looked at: an empty one has one. */
export async function differentColours(picture: Buffer): Promise<number> {
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

/** That a page does not scroll sideways: what is wider than the screen scrolls in its own box. */
export async function expectToFit(page: Page): Promise<void> {
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  const wide = `[...document.querySelectorAll('main *')]
    .filter((e) => !e.closest('.scroll, svg, .js-plotly-plot') && e.getBoundingClientRect().right > innerWidth)
    .map((e) => e.outerHTML.slice(0, 80))`
  expect(await page.evaluate(wide)).toEqual([])
}

/** That axe finds nothing serious on a page, all its parts opened; it needs `bypassCSP`. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate("document.querySelectorAll('details').forEach((e) => { e.open = true })")
  await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core') })
  const { violations } = await page.evaluate<{
    violations: { id: string; impact: string; nodes: { html: string }[] }[]
  }>('axe.run()')
  expect(
    violations
      .filter(({ impact }) => ['serious', 'critical'].includes(impact))
      .map(({ id, nodes }) => `${id}: ${nodes[0].html}`),
  ).toEqual([])
}

/** The labels of the first points that a reader sees whole without scrolling. */
export async function firstPoints(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`[...document.querySelector('.points').children]
    .filter((e) => e.getBoundingClientRect().bottom <= innerHeight)
    .map((e) => e.firstElementChild.textContent)`)
}
