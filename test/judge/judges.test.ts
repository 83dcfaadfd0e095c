import { auditVerdict } from '#src/judge/sentences.js'
import { describe, expect, it } from 'vitest'
import { syntheticConfig } from '#src/dataset/config.js'
import { synthesize } from '#src/dataset/synthetic.js'
import { chatServer } from '../support/chat-server.js'
import { addedBits, auditJudge } from '#src/judge/judge-report.js'
import { trainPart } from '#src/dataset/train-part.js'
import { askTrueQuestions, auditAnswers, ranksRight, trueQuestions } from '#src/judge/audit.js'
import { readConfig } from '#src/experiment/config.js'
import { Trial } from '#src/experiment/trial.js'
import { setUp } from '#src/experiment/setup.js'
import { restrict } from '#src/experiment/view.js'
import { withColumns } from '#src/features/narrow.js'
import { simulateAnswers } from '#src/experiment/simulated-judge.js'

const dataset = synthesize(syntheticConfig.parse({ users: 500, items: 500 }))
const config = readConfig({
  policy: { budget: 20, rewardK: 10 },
  evaluation: { ks: [10] },
  model: { epochs: 2 },
  contentMap: { rank: 16 },
})
const setup = setUp(dataset, config)
const trial = new Trial(setup, { seed: 1 })

describe('a simulated judge', () => {
  const pairs = Array.from({ length: 4000 }, (_, k) => ({
    user: k % 50,
    preferred: k,
    other: k + 1,
  }))
  const right = pairs.map((_, k) => k % 10 < 7)
  const outcome = (accuracy: number, errors: 'independent' | 'text-like') =>
    simulateAnswers(pairs, right, { accuracy, errors }, 3).map(
      ({ preferred }, k) => (preferred === k) === right[k],
    )

  it.each([0.55, 0.7, 0.9])('has the accuracy that was asked for: %d', (accuracy) => {
    for (const errors of ['independent', 'text-like'] as const) {
      const correct = outcome(accuracy, errors)
      // The standard error of a share over 4000 is at most .008.
      expect(Math.abs(correct.filter(Boolean).length / 4000 - accuracy)).toBeLessThan(0.03)
    }
  })

  it('makes no errors but those of the text judge where they are text-like', () => {
    outcome(0.85, 'text-like').forEach((correct, k) => {
      if (!correct) expect(right[k]).toBe(false)
    })
    expect(() => outcome(0.3, 'independent')).toThrow(/allowed: \.5 to 1/)
  })
})

describe('an audit', () => {
  it('asks about later interactions, and tells a perfect judge from a coin', async () => {
    const questions = trueQuestions(trial, 'validation', 100)
    const { users, start, item } = setup.split.relevant.validation
    for (const { user, chosen, other } of questions) {
      const k = users.indexOf(user)
      const own = item.subarray(start[k], start[k + 1])
      expect(own.includes(chosen)).toBe(true)
      expect(own.includes(other)).toBe(false)
      expect(setup.split.coldItems.validation.includes(other)).toBe(true)
    }
    const mapped = ranksRight(
      questions,
      trial.recommender(trial.fit('content-map')),
      setup.split.coldItems.validation,
    )
    const answer = (rightly: (k: number) => boolean) =>
      auditAnswers(
        questions,
        questions.map(({ user, chosen, other }, k) => ({
          pair: rightly(k)
            ? { user, preferred: chosen, other }
            : { user, preferred: other, other: chosen },
        })),
        mapped,
      )
    expect(answer(() => true)).toMatchObject({
      accuracy: { share: 1 },
      whereContentWrong: { share: 1 },
    })
    expect(auditVerdict(answer(() => true))).toMatch(/better than chance also where/)
    expect(auditVerdict(answer((k) => k % 2 === 0))).toMatch(/cannot be told from chance/)
    const none = auditAnswers(
      questions,
      questions.map(() => ({})),
      mapped,
    )
    expect(none.unanswered).toBe(questions.length)
    expect(auditVerdict(none)).toMatch(/^none of its answers could be used/)
    const asked = auditAnswers(questions, await askTrueQuestions(trial, questions), mapped)
    expect(asked.accuracy.share).toBeGreaterThan(0.6)
    expect(asked.unanswered).toBe(0)
    const { n } = asked.accuracy
    expect(asked.whereContentRight.n + asked.whereContentWrong.n).toBe(n)
  })
})

describe('a part of the data', () => {
  it('can be what was before the cut, which can be split again', () => {
    const part = trainPart(dataset, setup.split)
    expect(part.interactions.item.length).toBe(setup.split.train.item.length)
    expect(part.itemIds).toHaveLength(setup.split.warmItems.length)
    expect(part.interactions.timestamp!.every((t) => t < setup.split.cut!)).toBe(true)
    const again = setUp(part, {
      ...config,
      split: { ...config.split, kind: 'random', coldShare: 0.2 },
    })
    expect(again.split.coldItems.all.length).toBeGreaterThan(50)
  })

  it('can be restricted to the wanted cold items and candidates', () => {
    const { split, features } = restrict(
      setup,
      (item) => item % 2 === 0,
      (user) => user % 3 === 0,
    )
    expect(split.coldItems.all.every((item) => item % 2 === 0)).toBe(true)
    expect(split.relevant.test.item.every((item) => item % 2 === 0)).toBe(true)
    expect(features.users.every((user) => user % 3 === 0)).toBe(true)
    const k = setup.features.users.indexOf(features.users[5])
    const width = features.names.length
    expect([...features.scaled.subarray(5 * width, 6 * width)]).toEqual([
      ...setup.features.scaled.subarray(k * width, (k + 1) * width),
    ])
    const two = withColumns(features, ['V', 'MP'])
    expect(two.scaled[11]).toBe(features.scaled[5 * width + features.names.indexOf('MP')])
  })
})

describe('the report of an audit', () => {
  const withJudge = async (answer: (k: number) => string) => {
    let k = 0
    const { url } = await chatServer(() => answer(k++))
    return new Trial(
      { ...setup, config: { ...config, llm: { ...config.llm, url, model: 'm' } } },
      { seed: 1 },
    )
  }

  it('says that every pair of a judge of positions flips', async () => {
    const report = await auditJudge(await withJudge(() => '2'), 40)
    expect(report).toMatchObject({
      passed: false,
      flipRate: { share: 1 },
      firstPositionShare: { share: 0 },
      verdict: expect.stringMatching(/depend only on the order/) as string,
      unanswered: 0,
      contradicting: 40,
    })
  })

  it('lets no coin pass', async () => {
    const report = await auditJudge(
      await withJudge((k) => String(1 + (((k * 7919) % 13) % 2))),
      100,
    )
    expect(report.passed).toBe(false)
  })

  it('finds the offline reader alike in both orders, and has parts that add up', async () => {
    const report = await auditJudge(trial, 100)
    // Its words tell it nothing that the best content model does not know.
    expect(report).toMatchObject({
      passed: false,
      verdict: expect.stringMatching(/adds nothing/) as string,
    })
    expect(report.flipRate.share).toBeLessThan(0.1)
    expect(Math.abs(report.firstPositionShare.share - 0.5)).toBeLessThan(0.05)
    for (const part of [report.byHistory, report.calibration])
      expect(part.reduce((sum, { accuracy }) => sum + accuracy.n, 0)).toBe(report.accuracy.n)
  })

  it('gives an oracle all bits, and an echo of the map or a coin none', () => {
    const bits = (map: number, right: number, wrong: number) =>
      addedBits({
        contentAccuracy: of(map),
        whereContentRight: of(right),
        whereContentWrong: of(wrong),
      })
    const of = (share: number) => ({ share, standardError: 0, n: 100 })
    expect(bits(0.5, 1, 1)).toBeCloseTo(1, 12)
    expect(bits(0.75, 1, 0)).toBeCloseTo(0, 12)
    expect(bits(0.75, 0.5, 0.5)).toBeCloseTo(0, 12)
    // H(.75, .25) = .8113 bits.
    expect(bits(0.75, 1, 1)).toBeCloseTo(0.8113, 4)
  })
})
