import { describe, expect, it } from 'vitest'
import { syntheticConfig } from '#src/dataset/config.js'
import { synthesize } from '#src/dataset/synthetic.js'
import { chatServer } from '../support/chat-server.js'
import { addedBits, auditJudge } from '#src/experiment/judge-report.js'
import { trainPart } from '#src/dataset/train-part.js'
import { askTrueQuestions, auditAnswers, auditVerdict, ranksRight, trueQuestions } from '#src/experiment/audit.js'
import { readConfig } from '#src/experiment/config.js'
import { Lab } from '#src/experiment/lab.js'
import { prepare } from '#src/experiment/prepare.js'
import { restrict, withColumns } from '#src/experiment/restrict.js'
import { simulateAnswers } from '#src/experiment/simulated-judge.js'
import { wasmEngine } from '#src/two-tower/engines/wasm.js'

const dataset = synthesize(syntheticConfig.parse({ users: 500, items: 500 }))
const config = readConfig({ policy: { budget: 20, rewardK: 10 }, evaluation: { ks: [10] }, model: { epochs: 2 }, contentMap: { rank: 16 } })
const materials = prepare(dataset, config)
const lab = new Lab(materials, wasmEngine(), 1)

describe('simulated judges', () => {
  const pairs = Array.from({ length: 4000 }, (_, k) => ({ user: k % 50, preferred: k, other: k + 1 }))
  const right = pairs.map((_, k) => k % 10 < 7)
  const outcome = (accuracy: number, errors: 'independent' | 'text-like') => simulateAnswers(pairs, right, { accuracy, errors }, 3).map(({ preferred }, k) => (preferred === k) === right[k])

  it.each([0.55, 0.7, 0.9])('have the accuracy that is dialled: %d', (accuracy) => {
    for (const errors of ['independent', 'text-like'] as const) {
      const correct = outcome(accuracy, errors)
      // The standard error of a share over 4000 is at most .008.
      expect(Math.abs(correct.filter(Boolean).length / 4000 - accuracy)).toBeLessThan(0.03)
    }
  })

  it('text-like errors are the text judge’s own', () => {
    outcome(0.85, 'text-like').forEach((correct, k) => {
      if (!correct) expect(right[k]).toBe(false)
    })
    expect(() => outcome(0.3, 'independent')).toThrow(/allowed: \.5 to 1/)
  })
})

describe('audit', () => {
  it('asks about later interactions against others of the same half, and knows a perfect, a blind and a turned-round judge', async () => {
    const questions = trueQuestions(lab, 'validation', 100)
    const { users, start, item } = materials.split.relevant.validation
    for (const { user, chosen, other } of questions) {
      const k = users.indexOf(user)
      const own = item.subarray(start[k], start[k + 1])
      expect(own.includes(chosen)).toBe(true)
      expect(own.includes(other)).toBe(false)
      expect(materials.split.coldItems.validation.includes(other)).toBe(true)
    }
    const mapped = ranksRight(questions, lab.recommender(lab.mapContent()), materials.split.coldItems.validation)
    const answer = (rightly: (k: number) => boolean) => auditAnswers(questions, questions.map(({ user, chosen, other }, k) => ({ pair: rightly(k) ? { user, preferred: chosen, other } : { user, preferred: other, other: chosen } })), mapped)
    expect(answer(() => true)).toMatchObject({ accuracy: { share: 1 }, whereMapWrong: { share: 1 } })
    expect(auditVerdict(answer(() => true))).toMatch(/better than chance also where/)
    expect(auditVerdict(answer((k) => k % 2 === 0))).toMatch(/cannot be told from chance/)
    const asked = auditAnswers(questions, await askTrueQuestions(lab, questions), mapped)
    expect(asked.accuracy.share).toBeGreaterThan(0.6)
    expect(asked.unanswered).toBe(0)
    const { n } = asked.accuracy
    expect(asked.whereMapRight.n + asked.whereMapWrong.n).toBe(n)
  })
})

describe('trainPart and restrict', () => {
  it('the train part is what was before the cut, and can be split again', () => {
    const part = trainPart(dataset, materials.split)
    expect(part.interactions.item.length).toBe(materials.split.train.item.length)
    expect(part.itemIds).toHaveLength(materials.split.warmItems.length)
    expect(part.interactions.timestamp!.every((t) => t < materials.split.cut!)).toBe(true)
    const again = prepare(part, { ...config, split: { ...config.split, kind: 'random', coldShare: 0.2 } })
    expect(again.split.coldItems.all.length).toBeGreaterThan(50)
  })

  it('restrict keeps the wanted cold items and candidates', () => {
    const { split, features } = restrict(materials, (item) => item % 2 === 0, (user) => user % 3 === 0)
    expect(split.coldItems.all.every((item) => item % 2 === 0)).toBe(true)
    expect(split.relevant.test.item.every((item) => item % 2 === 0)).toBe(true)
    expect(features.users.every((user) => user % 3 === 0)).toBe(true)
    const k = materials.features.users.indexOf(features.users[5])
    const width = features.names.length
    expect([...features.scaled.subarray(5 * width, 6 * width)]).toEqual([...materials.features.scaled.subarray(k * width, (k + 1) * width)])
    const two = withColumns(features, ['V', 'MP'])
    expect(two.scaled[11]).toBe(features.scaled[5 * width + features.names.indexOf('MP')])
  })
})

describe('audit of a judge', () => {
  const withJudge = async (answer: (k: number) => string) => {
    let k = 0
    const { url } = await chatServer(() => answer(k++))
    return new Lab({ ...materials, config: { ...config, llm: { ...config.llm, url, model: 'm' } } }, wasmEngine(), 1)
  }

  it('a judge of positions: every pair flips, the verdict says so', async () => {
    const report = await auditJudge(await withJudge(() => '2'), 'm', 40)
    expect(report).toMatchObject({ passed: false, flipRate: { share: 1 }, firstPositionShare: { share: 0 }, verdict: expect.stringMatching(/depend on order only/) as string, unanswered: 40 })
  })

  it('a coin: passes no audit and adds no bits', async () => {
    const report = await auditJudge(await withJudge((k) => String(1 + ((k * 7919) % 13) % 2)), 'm', 100)
    expect(report.passed).toBe(false)
  })

  it('the offline reader: both orders agree but for ties, parts of the questions add up', async () => {
    const report = await auditJudge(lab, 'offline', 100)
    expect(report.passed).toBe(true)
    expect(report.flipRate.share).toBeLessThan(0.1)
    expect(Math.abs(report.firstPositionShare.share - 0.5)).toBeLessThan(0.05)
    for (const part of [report.byHistory, report.calibration]) expect(part.reduce((sum, { accuracy }) => sum + accuracy.n, 0)).toBe(report.accuracy.n)
  })

  it('bits: all for an oracle, none for an echo of the map or a coin', () => {
    const bits = (map: number, right: number, wrong: number) => addedBits({ mapAccuracy: of(map), whereMapRight: of(right), whereMapWrong: of(wrong) })
    const of = (share: number) => ({ share, standardError: 0, n: 100 })
    expect(bits(0.5, 1, 1)).toBeCloseTo(1, 12)
    expect(bits(0.75, 1, 0)).toBeCloseTo(0, 12)
    expect(bits(0.75, 0.5, 0.5)).toBeCloseTo(0, 12)
    // H(.75, .25) = .8113 bits.
    expect(bits(0.75, 1, 1)).toBeCloseTo(0.8113, 4)
  })
})
