import { expect, it } from 'vitest'
import { syntheticConfig } from '#src/dataset/config.js'
import { synthesize } from '#src/dataset/synthetic.js'
import { readConfig } from '#src/experiment/config.js'
import { setUp } from '#src/experiment/setup.js'
import { adviceDiagnostics } from '#src/judge/advice-diagnostics.js'
import type { AdviceFigures } from '#src/judge/advice.js'
import { shareOf } from '#src/util/statistics.js'

const setup = setUp(
  synthesize(syntheticConfig.parse({ users: 200, items: 300 })),
  readConfig({ policy: { budget: 20 } }),
)
/** Figures at two cut-offs: of content, and what answers add. */
const figures = (
  [top, deep]: number[],
  [topGain, deepGain]: number[],
  ask = true,
  policy = 'top:V',
): AdviceFigures => ({
  rehearsal: { kind: 'random', users: 200, coldItems: 200, evaluatedUsers: 150, repetitions: 3 },
  k: 50,
  recall: { chance: 0.5, contentMap: deep, content: deep },
  recalls: [
    { k: 10, chance: 0.1, contentMap: top, content: top },
    { k: 50, chance: 0.5, contentMap: deep, content: deep },
  ],
  gains: [0.6, 0.95].map((accuracy) => ({
    ...{ users: 20, questions: 200, accuracy, errors: 'independent' },
    ...{ gain: deepGain, standardError: 0.01 },
    top: { k: 10, gain: topGain, standardError: 0.01 },
  })),
  breakEven: [{ users: 20, accuracy: 0.6, textLikeAccuracy: 0.6 }],
  shelf: [],
  judge: 'a judge',
  audit: {
    accuracy: shareOf(80, 100),
    whereContentWrong: shareOf(30, 40),
    whereContentRight: shareOf(50, 60),
    contentAccuracy: shareOf(60, 100),
    unanswered: 0,
  },
  policy,
  pairsPerUser: 10,
  pays: ask ? 20 : null,
  ask,
})

it.each<[string, AdviceFigures, RegExp[]]>([
  ['good at both cut-offs', figures([0.2, 0.7], [0.05, 0.05]), []],
  [
    'content well at 50, at chance at 10',
    figures([0.1, 0.7], [0.05, 0.05]),
    [
      /^top-at-chance: cold recall of the best content model @10 is 0\.1000.*@50 is 0\.7000.*150 users/,
    ],
  ],
  [
    'answers that move the top to chance',
    figures([0.2, 0.6], [-0.1, 0.1]),
    [/^top-at-chance: cold recall of content with the answers of 20 users @10 is 0\.1000/],
  ],
  ['the same where asking is not advised', figures([0.2, 0.6], [-0.1, 0.1], false), []],
  [
    'a policy of users with one interaction each',
    figures([0.2, 0.7], [0.05, 0.05], true, 'bottom:V'),
    [],
  ],
])('advice on %s', (_, own, said) => {
  const found = adviceDiagnostics(own, setup).map(({ name, finding }) => `${name}: ${finding}`)
  expect(found).toEqual(said.map((text) => expect.stringMatching(text) as string))
})

it('advice warns of users with one interaction each', () => {
  const few = setUp(setup.dataset, readConfig({ policy: { budget: 8 } }))
  const own = { ...figures([0.2, 0.7], [0.05, 0.05], false, 'bottom:V') }
  expect(adviceDiagnostics(own, few)).toMatchObject([
    { name: 'single-interactions', remedy: expect.stringMatching(/kCore\.users=5/) as string },
  ])
})
