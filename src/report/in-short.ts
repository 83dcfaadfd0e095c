import { capital, thousands } from '../dataset/wording.js'
import type { Compared } from '../run/comparisons.js'
import type { FinishedRun } from '../run/finished-run.js'
import type { RunResult } from '../run/result.js'
import type { RunCost } from '../run/run-cost.js'
import { summarise, type SummaryRow } from '../run/summary.js'
import { fewestTested } from '../util/statistics.js'
import { confidenceWords } from '../util/confidence.js'
import { money } from '../util/money.js'
import type { Point } from '../util/page-parts.js'
import { answerOf, isSame, pointsText } from './answer.js'
import { armDone } from './arm-words.js'
import { rewardMetric } from './labels.js'

/** What a person decides by: the answer, what asking brings, how sure that is, and its cost. */
export function inShort({ result, costs: paid }: Pick<FinishedRun, 'result' | 'costs'>): Point[] {
  const { sentences, decided, main } = answerOf(result)
  const [first, ...others] = sentences
  return [
    { label: decided ? 'Ask?' : 'Answer', text: first },
    ...(main ? [brings(result, main), confidence(main)] : []),
    { label: 'What it costs', text: costs(result, main, paid) },
    { label: 'The question', text: result.question },
    ...(others.length > 0 ? [{ label: 'Also found', text: others }] : []),
  ]
}

function sidesOf(result: RunResult, { arm, against, factors = {} }: Compared): SummaryRow[] {
  const own = JSON.stringify(factors)
  const rows = summarise(result).filter((row) => JSON.stringify(row.factors) === own)
  return [arm, against].flatMap((name) => rows.find(({ policy }) => policy === name) ?? [])
}

function brings(result: RunResult, main: Compared): Point {
  const k = result.config.policy.rewardK
  const rows = sidesOf(result, main)
  const shares = (metric: string) =>
    rows.map(({ policy, metrics }) => `${percent(metrics[metric].mean)} (${armDone(policy)})`)
  const [own, other] = shares(rewardMetric(result))
  const shelf = `shelf:recall@${k}`
  const onShelf = rows.every(({ metrics }) => shelf in metrics)
    ? ` Of all that they chose, on lists of known and new items: ${shares(shelf).join(' and ')}.`
    : ''
  return {
    label: 'What it brings',
    text:
      `Of the new items that users chose later, the first ${k} places hold ` +
      `${own} and ${other}: ${pointsText(main)}.${onShelf}`,
  }
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`

function confidence(main: Compared): Point {
  const { p, n, interval } = main
  const range = interval?.map((x) => (100 * x).toFixed(1)).join(' to ')
  const untested = isSame(main)
    ? `Sure: the same in each of ${n} procedures.`
    : `${confidenceWords(p)}: ${n} procedures cannot be tested, ${fewestTested} or more can.`
  const tested = `${confidenceWords(p)}. The 95 % interval is ${range} points, over ${n} procedures.`
  return { label: 'How sure', text: range === undefined ? untested : tested }
}

/** Questions of the arms that are compared, or of all that ask. */
function costs(result: RunResult, main: Compared | undefined, paid: RunCost[]): string {
  const rows = main ? sidesOf(result, main) : summarise(result)
  const asking = rows.filter(({ calls, learningCalls }) => calls + learningCalls > 0)
  const one = ({ policy, users, calls, learningCalls }: SummaryRow) =>
    `${main ? armDone(policy) : policy}: ${count(calls)} questions about ${count(users)} users` +
    (learningCalls > 0 ? `, and ${count(learningCalls)} to learn whom to ask` : '')
  const [most] = asking.sort((a, b) => b.calls + b.learningCalls - a.calls - a.learningCalls)
  if (!most) return 'No question.'
  const shown = main ? asking.map(one).join('; ') : `At most, ${one(most)}`
  return `${capital(shown)}. ${price(result, paid)}`
}

const count = (value: number) => thousands(Math.round(value))

function price({ judge, config }: RunResult, paid: RunCost[]): string {
  if (paid.length > 0)
    return `The ${count(paid.reduce((all, { requests }) => all + requests, 0))} questions of the whole run cost ${paid.map(amountOf).join(' and ')}; stored answers cost nothing.`
  if (judge.includes('no language model'))
    return 'They cost nothing: a program that compares words answered, no language model.'
  if (config.llm.url === undefined) return 'They cost nothing: the model ran on this machine.'
  return 'No price is known (llm.price): `understudy answers stats` counts the tokens that were paid for.'
}

const amountOf = ({ amount, currency, priceOf }: RunCost) =>
  `${money(amount, currency)} (prices of ${priceOf})`
