import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import { ConfigError } from '../util/errors.js'
import { type OptionalPackage, resolveOptional } from '../util/optional.js'

const playwright: OptionalPackage = {
  name: 'playwright-core',
  version: '1.57',
  needs: 'a picture of a figure',
}

/** Milliseconds to start and draw a page: only a hang is an error, not a busy machine. */
export const patience = 600_000

/** Paths at which Chrome and Chromium may be installed, most likely first. */
const installed = [
  '/usr/bin/google-chrome',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  join(
    process.env['PROGRAMFILES'] ?? 'C:\\Program Files',
    'Google',
    'Chrome',
    'Application',
    'chrome.exe',
  ),
]

/**
 * A Chromium without a window: `UNDERSTUDY_CHROME`, an installed one, or the package's own on
 * Linux.
 * @throws ConfigError saying what to install
 */
export async function launchBrowser(): Promise<Browser> {
  resolveOptional(playwright)
  const { chromium } = await import('playwright-core')
  const wanted = process.env['UNDERSTUDY_CHROME']
  if (wanted !== undefined && !existsSync(wanted))
    throw new ConfigError(`UNDERSTUDY_CHROME = ${wanted} is no file`)
  const found = wanted ?? installed.find((path) => existsSync(path))
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ]
  if (found !== undefined)
    return chromium.launch({ executablePath: found, args, timeout: patience })
  const bundled = await bundledChromium()
  if (bundled === undefined)
    throw new ConfigError(
      'no Chrome or Chromium is installed: install one, or say where it is (UNDERSTUDY_CHROME)',
    )
  return chromium.launch({
    executablePath: bundled.path,
    args,
    timeout: patience,
    env: { ...process.env, ...bundled.env },
  })
}

/** In a variable, so that the compiler does not look for it: optional, for Linux x64 alone. */
const packaged = '@sparticuz/chromium'

/** The Chromium of an npm package, with the libraries that a bare machine lacks. */
async function bundledChromium(): Promise<
  { path: string; env: Record<string, string> } | undefined
> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined
  // The package unpacks its libraries only where this variable is set.
  process.env['AWS_EXECUTION_ENV'] ??= 'AWS_Lambda_nodejs20.x'
  try {
    const { default: chromium } = (await import(packaged)) as {
      default: { executablePath(): Promise<string> }
    }
    const path = await chromium.executablePath()
    return {
      path,
      env: {
        LD_LIBRARY_PATH: [join(path, '..', 'al2023', 'lib'), process.env['LD_LIBRARY_PATH']]
          .filter(Boolean)
          .join(':'),
      },
    }
  } catch {
    return undefined
  }
}

/** Pictures (PNG) of all figures of a written report page, by name. */
export async function picturesOf(file: string): Promise<Map<string, Buffer>> {
  const browser = await launchBrowser()
  try {
    const page = await browser.newPage({
      viewport: { width: 1000, height: 800 },
      deviceScaleFactor: 1.5,
      colorScheme: 'light',
    })
    page.setDefaultTimeout(patience)
    await page.goto(pathToFileURL(file).href)
    await page.waitForFunction('document.documentElement.dataset.drawn !== undefined')
    const pictures = new Map<string, Buffer>()
    for (const plot of await page.locator('.plot').all())
      pictures.set((await plot.getAttribute('id'))!, await plot.screenshot())
    return pictures
  } finally {
    await browser.close()
  }
}
