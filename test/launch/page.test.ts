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
      ...{ k: 30, users: 1234, rehearsals: 1, signals: [] },
      ...{ withNew: hits(2000, 1000, 3000.4), ofNew: hits(0, -0.4, 0.4) },
      ...{ ofKnown: hits(1, 0, 2), knownOnly: hits(1, 0, 2), gain: hits(-1500.6, -2000, -1000) },
    }
    const text = page({ expected })
    expect(text).toContain('<td>2,000</td><td>1,000 to 3,000</td>')
    expect(text).toContain('<td>0</td><td>0 to 0</td>')
    expect(text).toContain('<td>−1,501</td><td>−2,000 to −1,000</td>')
    expect(text).toContain('lists of 30 hit 1,501 fewer later choices')
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
      'm played customers of the rehearsal and gave no answer that could be used. ' +
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
