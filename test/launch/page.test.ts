import { describe, expect, it } from 'vitest'
import { syntheticConfig } from '#src/dataset/config.js'
import { synthesizeLaunch } from '#src/dataset/synthetic-launch.js'
import { readConfig } from '#src/experiment/config.js'
import { type Launch, launch } from '#src/launch/launch.js'
import { launchPage } from '#src/launch/page.js'

const dataset = synthesizeLaunch(syntheticConfig.parse({ users: 300, items: 300 }))
const config = readConfig({ model: { epochs: 1 }, contentMap: { rank: 8 } })
const hits = (per1000: number, ...interval: [number, number]) => ({ per1000, interval })

describe('the page of a launch', async () => {
  const made = await launch(dataset, config, { cuts: [], k: 30 })
  const page = (change: Partial<Launch> = {}) => launchPage({ ...made, ...change }, 'understudy')

  it('shows the first ten of a long list, and says so', () => {
    const lists = page().match(/<ol>.*<\/ol>/g)!
    expect(lists).toHaveLength(3)
    for (const list of lists) expect(list.match(/<li>/g)).toHaveLength(10)
    expect(page()).toContain('<h4>would be shown, the first 10 of 30</h4>')
  })

  it('has notes whole, and titles cut', () => {
    const long = `${'a long tale '.repeat(20)}ends`
    const titles = dataset.items.length + dataset.newItems!.items.length
    const items = Array.from({ length: titles }, () => ({ title: long }))
    const text = page({ notes: [long], dataset: { ...made.dataset, items } })
    expect(text).toContain(`${'a long tale '.repeat(20)}ends</li>`)
    expect(text.match(/ends/g)).toHaveLength(1)
    expect(text).toMatch(/<li>(a long tale ){7}a lon…/)
  })

  it('sets thousands apart and has a true minus sign', () => {
    const expected = {
      ...{ k: 30, users: 1234, rehearsals: 1, newItems: 9, signals: [] },
      ...{ withNew: hits(2000, 1000, 3000.4), ofNew: hits(0, -0.4, 0.4) },
      ...{ ofKnown: hits(1, 0, 2), knownOnly: hits(1, 0, 2), gain: hits(-1500.6, -2000, -1000) },
    }
    const text = page({ expected })
    expect(text).toMatch(/>2,000<.*>1,000 to 3,000</)
    expect(text).toMatch(/>0<.*>0 to 0</)
    expect(text).toMatch(/>−1,501<.*>−2,000 to −1,000</)
    expect(text).toContain('lists of 30 hit 1,501 fewer later choices')
  })

  it('says first whether to ask, for how much money, and three new items by title', () => {
    const estimate = (amount: number) => ({
      ...{ calls: 500, stored: 0, promptTokens: 1, answerTokens: 1 },
      cost: { amount, currency: 'EUR', priceOf: '2026-11-01' },
    })
    const share = { share: 0.8, standardError: 0.1, n: 400 }
    const asking = {
      ...{ judge: 'm', verdict: 'ask: it pays', gain: hits(10, 5, 15) },
      bill: { audit: estimate(0.5), asking: estimate(2.5) },
      audit: {
        ...{ accuracy: share, whereContentWrong: share, whereContentRight: share },
        ...{ contentAccuracy: share, unanswered: 0 },
      },
    }
    const llm = { ...config.llm, url: 'http://localhost/v1', model: 'm' }
    const text = (ask: boolean) => page({ asking: { ...asking, ask }, config: { ...config, llm } })
    const [first] = text(true).split('<h2>What to expect')
    expect(first).toContain('<dd>Ask: it pays.</dd>')
    // 10 more hits for each 1,000 of 300 users are 3 hits.
    expect(first).toContain(
      'At most 3.00 EUR for 1,000 calls, at the prices of 2026-11-01; 1.00 EUR for each hit that it adds.',
    )
    expect(text(false)).toContain('At most 0.50 EUR for the audit, at the prices of 2026-11-01')
    const titles = made.dataset.items.slice(made.knownItems.length).map(({ title }) => title!)
    const named = [...first.matchAll(/<li>(.*?): on [\d,]+ of [\d,]+ lists<\/li>/g)]
    expect(named).toHaveLength(3)
    for (const [, title] of named) expect(titles).toContain(title)
  })

  it('says where no language model was given, and what an audit could not read', () => {
    const share = (n: number) => ({ share: n > 0 ? 0.5 : 0, standardError: 0.1, n })
    const asking = (n: number) => ({
      judge: 'm',
      ask: false,
      verdict: 'do not ask: of no use',
      audit: {
        ...{ accuracy: share(n), whereContentWrong: share(n), whereContentRight: share(n) },
        ...{ contentAccuracy: share(n), unanswered: 5 },
      },
    })
    expect(page({ asking: asking(1) })).toContain('No language model was given.')
    const llm = { ...config.llm, url: 'http://localhost/v1', model: 'm' }
    const served = page({ asking: asking(0), config: { ...config, llm } })
    expect(served).not.toContain('No language model was given.')
    expect(served).toContain(
      'm played users of the rehearsal and gave no answer that could be used. ' +
        '5 of 5 questions got no usable answer.',
    )
  })
})

describe('a launch that was not rehearsed', () => {
  const share = async (options: object) => {
    const { spread, notes } = await launch(dataset, config, { cuts: [], ...options })
    return { ...spread, notes }
  }

  it('holds the exposure in the lists themselves, however long they are', async () => {
    for (const k of [5, 20])
      expect((await share({ k, exposure: 0.2 })).exposure).toBeCloseTo(0.2, 2)
  })

  it('gives new items their share of the catalogue, and no more than a tenth', async () => {
    const [first] = dataset.newItems!.ids
    const newItems = { ids: [first], items: dataset.newItems!.items.slice(0, 1) }
    const all = 1 + dataset.itemIds.length
    const { spread } = await launch({ ...dataset, newItems }, config, { cuts: [] })
    expect(spread.exposure).toBeCloseTo(1 / all, 3)
    expect((await share({})).exposure).toBeLessThan(0.101)
  })

  it('says what is missing at each cut', async () => {
    const { notes } = await share({ cuts: [0.0001, 0.999] })
    expect(notes[0]).toBe('no rehearsal at the 0.01 % cut: nothing lies before it')
    expect(notes[1]).toMatch(
      /^no rehearsal at the 99\.9 % cut: \d+ items? first seen after it, .* at least 20 and 50 are needed \(--rehearse 0\.5/,
    )
  })
})
