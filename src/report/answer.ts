import { capital } from '../dataset/wording.js'
import { type Compared, shownComparisons } from '../run/comparisons.js'
import type { RunResult } from '../run/result.js'
import { summarise } from '../run/summary.js'
import { fewestTested } from '../util/statistics.js'
import { armDone } from './arm-words.js'
import { rewardMetric, signed } from './labels.js'

/** What a run found: sentences, and the comparison that the first of them is about. */
export interface Answer {
  /** The decision where there is one, then clear differences, then what is not clear. */
  sentences: [string, ...string[]]
  /** Whether the first sentence says to ask, or not to. */
  decided: boolean
  main?: Compared
}

/** The answer of a run. */
export function answerOf(result: RunResult): Answer {
  const tests = shownComparisons(result).filter(({ metric }) => metric === rewardMetric(result))
  const [first] = tests
  if (result.conclusion !== undefined)
    return { sentences: [result.conclusion], decided: false, main: first }
  if (result.seeds.length === 1)
    return {
      sentences: ['One procedure shows no difference for sure: use at least 5 seeds (--seeds 5).'],
      decided: false,
    }
  if (tests.length === 0)
    return {
      sentences: ['Nothing is compared in this run: its numbers are in the table.'],
      decided: false,
    }
  const decided = askingTest(tests, result)
  const others = tests.filter((test) => test !== decided)
  const clear = others.filter(isClear).map((test) => capital(difference(test)))
  const [lead = nothingClear(others), ...rest] = decided
    ? [askingSentence(decided), ...clear]
    : clear
  return {
    sentences: [lead, ...rest, ...unclear(others)],
    decided: decided !== undefined,
    main: decided ?? first,
  }
}

/** The answer in one text. */
export const headline = (result: RunResult) => answerOf(result).sentences.join(' ')

const isClear = ({ p }: Compared) => p !== undefined && p < 0.05
/** The same value in each procedure, down to the last digit that is shown. */
export const isSame = ({ standardError, difference }: Compared) =>
  standardError === 0 && signed(Math.abs(difference)) === signed(0)

/** What asking has to beat. */
const textAlone = 'content'

/** Of the comparisons of asking with text alone, the one in which asking does best. */
function askingTest(tests: readonly Compared[], result: RunResult): Compared | undefined {
  const asking = new Set(
    summarise(result).flatMap(({ policy, calls }) => (calls > 0 ? [policy] : [])),
  )
  const gain = ({ arm, difference }: Compared) => (arm === textAlone ? -difference : difference)
  return tests
    .filter(({ arm, against }) =>
      arm === textAlone ? asking.has(against) : against === textAlone && asking.has(arm),
    )
    .filter((test) => test.p !== undefined || isSame(test))
    .sort((a, b) => gain(b) - gain(a))[0]
}

function askingSentence(test: Compared): string {
  if (isSame(test)) return `Do not ask this judge: ${same(test)} in each procedure.`
  if (!isClear(test))
    return `Do not ask this judge: nothing shows that it adds to text alone: ${pair(test)}.`
  const asked = (test.difference > 0 ? test.arm : test.against) !== textAlone
  return `${asked ? 'Ask' : 'Do not ask this judge'}: ${difference(test)}`
}

function nothingClear(tests: readonly Compared[]): string {
  return tests.every(({ n }) => n < fewestTested)
    ? `Too few procedures to tell: use at least ${fewestTested} seeds (--seeds ${fewestTested}).`
    : 'No difference is clear.'
}

/** "asking learned users finds more new items than asking random users: +5.9 % (...)." */
function difference(test: Compared): string {
  const [arm, against] = sides(test)
  const word = test.difference > 0 ? 'more' : 'fewer'
  return `${arm} finds ${word} new items than ${against}: ${size(test)}.`
}

/** A sentence each on what is the same, what cannot be told and what was not tested. */
function unclear(tests: readonly Compared[]): string[] {
  const alike = tests.filter(isSame)
  const tested = tests.filter((test) => test.p !== undefined && !isClear(test))
  const untested = tests.filter((test) => test.p === undefined && !isSame(test))
  const sentence = (intro: string, own: readonly Compared[], text: (test: Compared) => string) =>
    own.length > 0 ? [`${intro}: ${own.map(text).join('; ')}.`] : []
  return [
    ...sentence('The same in each procedure', alike, same),
    ...sentence('Cannot be told apart', tested, pair),
    ...sentence(`Not tested (fewer than ${fewestTested} procedures, or no spread)`, untested, pair),
  ]
}

const same = (test: Compared) => `${sides(test)[0]} finds the same as ${sides(test)[1]}`
const pair = (test: Compared) => `${sides(test).join(' against ')} ${size(test)}`

function sides({ arm, against, factors = {} }: Compared): [string, string] {
  const where = Object.entries(factors).map(([name, value]) => ` at ${name} ${value}`)
  return [armDone(arm), armDone(against) + where.join('')]
}

/** The difference in per cent where that informs, else in points; with what is known of it. */
function size(test: Compared): string {
  const { difference, standardError, relative, relativeInterval } = test
  if (relative === undefined) return pointsText(test)
  const error = (100 * standardError * relative) / difference
  return sized(relative, '%', relativeInterval, Math.abs(error))
}

/** A difference of shares in percentage points: "+3.3 points (95 %: +0.4 to +6.0)". */
export function pointsText(test: Compared): string {
  const { difference, interval, standardError } = test
  if (isSame(test)) return 'no difference'
  return sized(difference, 'points', interval, 100 * standardError)
}

function sized(share: number, unit: string, interval: number[] | undefined, error: number): string {
  const text = (x: number) => `${x < 0 ? '' : '+'}${(100 * x).toFixed(1)}`
  const value = `${text(share)} ${unit}`
  if (interval) return `${value} (95 %: ${interval.map(text).join(' to ')})`
  return error > 0 ? `${value} ± ${error.toFixed(1)}` : `${value} each time`
}
