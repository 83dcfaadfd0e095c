import { createSocket } from 'node:dgram'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { launchBrowser, offlinePage, picturesOf } from '#src/report/browser.js'

/** A server that counts what it is asked by HTTP and by UDP, which is what STUN uses. */
async function counting() {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url!)
    response.end()
  })
  server.on('connection', () => asked.push('a connection'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const udp = createSocket('udp4').on('message', () => asked.push('a datagram'))
  await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
    udp.close()
  })
  return { asked, port: (server.address() as AddressInfo).port, udp: udp.address().port }
}

/** A page that asks in every way that a page has. */
const greedy = (host: string, port: number, udp: number) => `<!doctype html><html><head>
<link rel="preconnect" href="http://${host}:${port}"><link rel="dns-prefetch" href="//${host}">
<link rel="stylesheet" href="http://${host}:${port}/style"><link rel="icon" href="http://${host}:${port}/icon">
<script src="http://${host}:${port}/script"></script>
</head><body><img src="http://${host}:${port}/img"><iframe src="http://${host}:${port}/frame"></iframe>
<object data="http://${host}:${port}/object"></object><video src="http://${host}:${port}/video"></video>
<form id="f" action="http://${host}:${port}/form"></form><div class="plot" id="p">a plot</div>
<script>
const to = 'http://${host}:${port}/'
const all = [
  () => fetch(to + 'fetch', { mode: 'no-cors' }), () => new WebSocket(to.replace('http', 'ws') + 'ws'),
  () => new EventSource(to + 'events'), () => navigator.sendBeacon(to + 'beacon', 'x'),
  () => { const x = new XMLHttpRequest(); x.open('GET', to + 'xhr'); x.send() },
  () => new Worker(to + 'worker'), () => window.open(to + 'window'),
  () => { const c = new RTCPeerConnection({ iceServers: [{ urls: 'stun:${host}:${udp}' }] }); c.createDataChannel('x'); c.createOffer().then((o) => c.setLocalDescription(o)) },
  () => document.getElementById('f').submit(),
]
for (const one of all) try { Promise.resolve(one()).catch(() => {}) } catch {}
setTimeout(() => { document.documentElement.dataset.drawn = '1' }, 1000)
</script></body></html>`

describe('the browser that draws pictures asks for nothing', () => {
  it.each(['127.0.0.1', 'localhost'])('not of %s, by whatever a page tries', async (host) => {
    const { asked, port, udp } = await counting()
    const page = greedy(host, port, udp)
    await expect(picturesOf(page)).rejects.toThrow(/the page went elsewhere/)
    const still = page.replace("() => document.getElementById('f').submit(),", '')
    expect([...(await picturesOf(still)).keys()]).toEqual(['p'])
    expect(asked).toEqual([])
  })

  it('nor where it is told to go', async () => {
    const { asked, port } = await counting()
    const browser = await launchBrowser()
    try {
      for (const way of ['goto', 'refresh', 'location', 'link']) {
        const page = await offlinePage(browser)
        const to = `http://127.0.0.1:${port}/${way}`
        if (way === 'goto') await page.goto(to).catch(() => undefined)
        if (way === 'refresh')
          await page.setContent(`<meta http-equiv="refresh" content="0; url=${to}">`)
        if (way === 'location') await page.evaluate(`location = '${to}'`).catch(() => undefined)
        if (way === 'link') {
          await page.setContent(`<a href="${to}" ping="${to}">x</a>`)
          await page.locator('a').click()
        }
        await page.waitForTimeout(300)
        await page.context().close()
      }
      expect(asked).toEqual([])
    } finally {
      await browser.close()
    }
  })
})
