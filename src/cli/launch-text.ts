import { join } from 'node:path'
import { counted, thousands } from '../dataset/wording.js'
import type { Estimate } from '../llm/estimate.js'
import { priceFlag } from '../llm/prices.js'
import type { GainAt } from '../launch/asking.js'
import { totalCost } from '../launch/bill.js'
import type { LaunchAsking, Launch, LaunchEstimate } from '../launch/launch.js'
import { titleOf } from '../launch/launch.js'
import { shelfSize } from '../evaluation/shelf.js'
import { grid } from '../util/grid.js'
import { duration } from '../util/duration.js'
import { money } from '../util/money.js'
import { visibleLine } from '../util/visible.js'
import { cut, wrap } from '../util/wrap.js'

/** The answer first, then whom the new items reach, then where everything lies. */
export function launchText(made: Launch, folder: string): string {
  const { expected, dataset } = made
  const hits = ({ per1000, interval }: { per1000: number; interval: [number, number] }) =>
    [per1000, ...interval].map((x) => x.toFixed(0))
  const rows = expected
    ? [
        ['lists with new items', ...hits(expected.withNew)],
        ['  of these, new items', ...hits(expected.ofNew)],
        ['lists without new items', ...hits(expected.knownOnly)],
        ['difference', ...hits(expected.gain)],
      ]
    : []
  return [
    wrap(placedLine(made)),
    '',
    ...(expected
      ? [
          `On ${counted(expected.rehearsals, 'rehearsal')} ` +
            `(${counted(expected.newItems, 'known item')} in the place of new ones, ${counted(expected.users, 'user')}):`,
          grid(['hits per 1,000 users', 'mean', '95 %: from', 'to'], rows),
        ]
      : ['There was no rehearsal, so the expected hits are not known.']),
    ...(made.asking ? ['', ...askingLines(made.asking)] : []),
    ...crowdedLines(made),
    '',
    ...[...made.notes, ...dataset.notes].map((note) => wrap(`note: ${note}`)),
    ...['', `${join(folder, 'launch.html')} is the page to open.`],
  ]
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`

function placedLine({ newItems, users, spread, k, exposure }: Launch): string {
  const take = newItems.length === 1 ? 'it takes' : 'they take'
  const deeper = k < shelfSize ? ` and ${percent(exposure)} of the first ${shelfSize} places` : ''
  return (
    `${counted(newItems.length, 'new item')} placed for ${counted(users.length, 'user')}; ` +
    `${take} ${percent(spread.exposure)} of the lists of ${k}${deeper}.`
  )
}

/** Where one new item stands on many lists. */
function crowdedLines(made: Launch): string[] {
  const { users, spread } = made
  const { item, share } = spread.most
  if (item < 0 || share <= 0.2) return []
  const title = cut(visibleLine(titleOf(made, item)), 40)
  return [
    '',
    wrap(
      `One item, ${title}, is on ${percent(share)} of the lists of ${counted(users.length, 'user')}. --cap 0.1 spreads new items.`,
    ),
  ]
}

/** Whether a language model was asked, and why. */
function askingLines(asking: LaunchAsking): string[] {
  const { verdict, ask, plan, bill, unanswered = 0, contradicting, judge, audit } = asking
  const unread =
    audit.unanswered > 0
      ? [`${counted(audit.unanswered, 'question')} of its audit had no usable answer.`]
      : []
  const contradicted = (count = 0) =>
    count > 0 ? `, ${thousands(count)} whose answer changed with the order` : ''
  const asked =
    plan && ask
      ? [
          `${counted(plan.questions, 'question')} about new items were asked, about ` +
            `${counted(plan.users, 'user')} chosen by ${plan.policy.name}; ` +
            `${thousands(unanswered)} without a usable answer${contradicted(contradicting)}.`,
        ]
      : []
  const cost = bill ? costLines(totalCost(bill), ask) : []
  return [`Asking ${judge}: ${verdict}.`, ...unread, ...asked, ...cost].map((line) => wrap(line))
}

function costLines(cost: Estimate['cost'], asked: boolean): string[] {
  if (!cost) return []
  const { amount, currency, priceOf } = cost
  const costs = asked ? 'costs' : 'would cost'
  return [`In all, this ${costs} at most ${money(amount, currency)} (prices of ${priceOf}).`]
}

/** What would be asked, what it costs, and what to expect of it. */
export function estimateText(
  { judge, offline, plan, bill, users, newItems }: LaunchEstimate,
  always: boolean,
): string {
  const { audit, asking } = bill
  const row = (
    name: string,
    { calls, stored, promptTokens, answerTokens, cost, seconds }: Estimate,
  ) => [
    name,
    thousands(calls),
    thousands(stored),
    thousands(promptTokens + answerTokens),
    cost ? `${cost.amount.toFixed(2)} ${cost.currency}` : '-',
    seconds === undefined ? '-' : duration(seconds),
  ]
  return [
    ...(offline
      ? ['You gave no language model (--llm-url): these figures are for the offline reader.']
      : []),
    wrap(
      `Nothing was asked. ${judge} would be asked about ${counted(newItems, 'new item')}: ` +
        `${counted(plan.users, 'user')} of ${thousands(users)}, selected by ${plan.policy.name}, ` +
        `${counted(plan.questions, 'question')}${asking.calls === 2 * plan.questions ? ' in both orders of the items' : ''}, ` +
        (always ? 'whatever an audit says.' : 'if an audit says that it pays.'),
    ),
    '',
    grid(
      ['', 'calls', 'stored', 'tokens to pay', 'at most', 'time'],
      [row('audit', audit), row('asking', asking)],
    ),
    ...(asking.cost || offline ? [] : [`The price is not known: set it with ${priceFlag}.`]),
    '',
    'What answers of SIMULATED judges gained in the rehearsal:',
    grid(
      [
        'accuracy',
        'hits per 1,000 users',
        '95 %: from',
        'to',
        ...(asking.cost ? [`for 1 ${asking.cost.currency}`] : []),
      ],
      plan.gains.map((gain) => gainRow(gain, users, totalCost(bill))),
    ),
  ].join('\n')
}

/** The last column: expected hits for each unit of the currency. */
function gainRow({ accuracy, gain }: GainAt, users: number, cost: Estimate['cost']): string[] {
  const signed = (x: number) => (x < 0 ? '' : '+') + x.toFixed(1)
  const perUnit = cost && cost.amount > 0 ? (gain.per1000 * users) / 1000 / cost.amount : undefined
  return [
    accuracy.toFixed(1),
    ...[gain.per1000, ...gain.interval].map(signed),
    ...(cost ? [perUnit === undefined ? '-' : signed(perUnit)] : []),
  ]
}
