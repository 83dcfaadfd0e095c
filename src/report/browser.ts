import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { ConfigError } from '../util/errors.js'
import { fewColours } from './few-colours.js'
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

/** No request leaves the machine, or reaches it: all go to a proxy that is not there. */
const noNetwork = {
  proxy: { server: 'http://127.0.0.1:9', bypass: '<-loopback>' },
  args: [
    '--host-resolver-rules=MAP * ~NOTFOUND',
    '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
}

/**
 * A Chromium without a window or a network: `UNDERSTUDY_CHROME`, an installed one, or the package's
 * own on Linux.
 * @param onNotice - told where its sandbox cannot start
 * @throws ConfigError saying what to install
 */
export async function launchBrowser(onNotice?: (line: string) => void): Promise<Browser> {
  resolveOptional(playwright)
  const { chromium } = await import('playwright-core')
  const { path, env } = await chromiumFile()
  const options = {
    ...noNetwork,
    executablePath: path,
    args: [...noNetwork.args, '--disable-gpu', '--no-first-run'],
    timeout: patience,
    env: { ...process.env, ...env } as Record<string, string>,
  }
  try {
    return await chromium.launch({ ...options, chromiumSandbox: true })
  } catch {
    onNotice?.(
      'the browser that draws pictures has no sandbox here: root and some containers have none',
    )
  }
  try {
    return await chromium.launch({ ...options, chromiumSandbox: false })
  } catch (error) {
    const [line] = (error as Error).message.split('\n')
    throw new ConfigError(`${path} cannot be started: ${line}`, { cause: error })
  }
}

/** A Chromium's file, and the variables that it needs. */
interface ChromiumFile {
  path: string
  env?: Record<string, string>
}

async function chromiumFile(): Promise<ChromiumFile> {
  const wanted = process.env['UNDERSTUDY_CHROME']
  if (wanted !== undefined && !existsSync(wanted))
    throw new ConfigError(`UNDERSTUDY_CHROME = ${wanted} is no file`)
  const path = wanted ?? installed.find((path) => existsSync(path))
  const found = path === undefined ? await bundledChromium() : { path }
  if (found) return found
  throw new ConfigError(
    'no Chrome or Chromium is installed: install one, or say where it is (UNDERSTUDY_CHROME)',
  )
}

/** In a variable, so that the compiler does not look for it: optional, for Linux x64 alone. */
const packaged = '@sparticuz/chromium'

/** The Chromium of an npm package, with the libraries that a bare machine lacks. */
async function bundledChromium(): Promise<ChromiumFile | undefined> {
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

/** A page that asks for nothing but what it was given. */
export async function offlinePage(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ ...options, serviceWorkers: 'block' })
  await context.route('**', (route) => route.abort())
  return context.newPage()
}

/** Address of a page that is in no file and on no server. */
const address = 'http://page.invalid/'

/**
 * Pictures (PNG) of all figures of a report's page, by name.
 * @param onNotice - told where the browser has no sandbox
 */
export async function picturesOf(
  html: string,
  onNotice?: (line: string) => void,
): Promise<Map<string, Buffer>> {
  const browser = await launchBrowser(onNotice)
  try {
    const page = await offlinePage(browser, {
      viewport: { width: 1000, height: 800 },
      deviceScaleFactor: 1.5,
      colorScheme: 'light',
    })
    page.setDefaultTimeout(patience)
    await page.route(address, (route) => route.fulfill({ contentType: 'text/html', body: html }))
    const left = new Promise<never>((_, reject) =>
      page.on('framenavigated', (frame) => {
        if (frame === page.mainFrame() && frame.url() !== address)
          reject(new Error('the page went elsewhere'))
      }),
    )
    return await Promise.race([screenshots(page), left])
  } finally {
    await browser.close()
  }
}

async function screenshots(page: Page): Promise<Map<string, Buffer>> {
  await page.goto(address)
  await page.locator('html[data-drawn]').waitFor({ state: 'attached' })
  const pictures = new Map<string, Buffer>()
  for (const plot of await page.locator('.plot').all())
    pictures.set((await plot.getAttribute('id'))!, await fewColours(await plot.screenshot()))
  return pictures
}
