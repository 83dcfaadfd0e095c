import { join } from 'node:path'
import { counted, thousands } from '../dataset/wording.js'
import type { Estimate } from '../llm/estimate.js'
import type { GainAt } from '../launch/asking.js'
import { totalCost } from '../launch/bill.js'
import type { LaunchAsking, Launch, LaunchEstimate } from '../launch/launch.js'
import { titleOf } from '../launch/launch.js'
import { grid } from '../util/grid.js'
import { duration } from '../util/progress.js'

/** The answer first, then whom the new items reach, then where everything lies. */
export function launchText(made: Launch, folder: string): string {
  const { expected, spread, newItems, users, k, exposure, dataset } = made
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  const hits = ({ per1000, interval }: { per1000: number; interval: [number, number] }) =>
    [per1000, ...interval].map((x) => x.toFixed(0))
  const rows = expected
    ? [
        ['lists with new items', ...hits(expected.withNew)],
        ['  of these, new items', ...hits(expected.ofNew)],
        ['lists without', ...hits(expected.knownOnly)],
        ['difference', ...hits(expected.gain)],
      ]
    : []
  const { most } = spread
  const [items, take] = newItems.length === 1 ? ['item', 'it takes'] : ['items', 'they take']
  return [
    `${newItems.length} new ${items} placed for ${users.length} users; ${take} ${percent(exposure)} of the`,
    `first 50 places and ${percent(spread.exposure)} of the lists of ${k}.`,
    '',
    ...(expected
      ? [
          `On ${counted(expected.rehearsals, 'rehearsal')} (known items pretended new, ${expected.users} users):`,
          grid(['hits per 1,000 users', 'mean', '95 %: from', 'to'], rows),
        ]
      : ['Not rehearsed: what to expect is not known.']),
    ...(made.asking ? ['', ...askingLines(made.asking)] : []),
    ...(most.item >= 0 && most.share > 0.2
      ? [
          '',
          `One item, ${[...titleOf(made, most.item)].slice(0, 40).join('')}, stands on ${percent(most.share)} of the lists: --cap 0.1 spreads them.`,
        ]
      : []),
    ...[...made.notes, ...dataset.notes].map((note) => `note: ${note}`),
    '',
    `${join(folder, 'launch.html')} is the page to look at.`,
  ].join('\n')
}

/** Whether a language model was asked, and why. */
function askingLines({ verdict, ask, plan, bill, failures, judge }: LaunchAsking): string[] {
  const failed = [...(failures ?? new Map<string, number>()).values()].reduce((a, b) => a + b, 0)
  const asked =
    plan && ask
      ? [
          `${counted(plan.questions, 'question')} about new items put to ${judge}, of ` +
            `${counted(plan.users, 'user')} by ${plan.policy.name}; ${failed} without a usable answer.`,
        ]
      : []
  return [`Asking: ${verdict}.`, ...asked, ...(bill ? costLines(totalCost(bill)) : [])]
}

function costLines(cost: Estimate['cost']): string[] {
  if (!cost) return []
  const { amount, currency, priceOf } = cost
  return [`All of it costs at most ${amount.toFixed(2)} ${currency} (prices of ${priceOf}).`]
}

/** What would be asked, what it costs, and what to expect of it. */
export function estimateText({ judge, plan, bill, users, newItems }: LaunchEstimate): string {
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
    `Nothing was asked. ${judge} would be asked about ${newItems} new items:`,
    `${counted(plan.users, 'user')} of ${thousands(users)}, selected by ${plan.policy.name}, ` +
      `${counted(plan.questions, 'question')}, if an audit says that it pays.`,
    '',
    grid(
      ['', 'calls', 'stored', 'tokens to pay', 'at most', 'time'],
      [row('audit', audit), row('asking', asking)],
    ),
    ...(asking.cost ? [] : ['No price is known: --set llm.price says one.']),
    '',
    'What such answers gave on the rehearsal, by SIMULATED judges:',
    grid(
      [
        'accuracy',
        'hits per 1,000 users',
        '95 %: from',
        'to',
        ...(asking.cost ? ['per unit'] : []),
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
