import { createRequire } from 'node:module'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser, offlinePage } from './browser.js'
import { fewColours } from './few-colours.js'
import { figureJson } from './figure-json.js'
import type { Figure } from './figures.js'

let drawing: Promise<{ browser: Browser; page: Page }> | undefined

/**
 * PNG of a figure; its layout has width and height. One browser serves all until `closePictures`.
 * @throws ConfigError where there is no browser
 */
export async function pictureOf(
  figure: Pick<Figure, 'data'> & { layout: { width: number; height: number } },
): Promise<Buffer> {
  drawing ??= openPage()
  const { page } = await drawing
  const { width, height } = figure.layout
  const url = await page.evaluate(
    `Plotly.toImage(${figureJson(figure)}, { format: 'png', width: ${width}, height: ${height} })`,
  )
  return fewColours(Buffer.from(String(url).split(',')[1], 'base64'))
}

/** A process with an open browser does not end by itself. */
export async function closePictures(): Promise<void> {
  await (await drawing)?.browser.close()
  drawing = undefined
}

async function openPage(): Promise<{ browser: Browser; page: Page }> {
  const browser = await launchBrowser()
  const page = await offlinePage(browser)
  await page.addScriptTag({ path: createRequire(import.meta.url).resolve('plotly.js-dist-min') })
  return { browser, page }
}
