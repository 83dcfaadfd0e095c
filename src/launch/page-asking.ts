import { counted, thousands } from '../dataset/wording.js'
import { percentOfN } from '../judge/sentences.js'
import { chatBackend } from '../llm/backends/index.js'
import { offlineReader } from '../llm/backends/offline-reader.js'
import { type Html, lines, markup } from '../util/html.js'
import type { GainAt } from './asking.js'
import { totalCost } from './bill.js'
import type { Launch, LaunchAsking } from './launch.js'

/** Whether a language model was asked, what it costs, and what its answers are worth. */
export function askingSection({ asking, users, config }: Launch): Html {
  if (!asking) return markup`<p>No language model was asked.</p>`
  const none =
    chatBackend(config.llm) === offlineReader
      ? markup`<p>No language model was given. This is about a program in its place that compares words and costs nothing.</p>\n`
      : ''
  return markup`${none}<p><strong>${capital(asking.verdict)}.</strong></p>
${auditLine(asking)}
${askedLine(asking)}
${gainsTable(asking, users.length)}`
}

function auditLine({ judge, audit }: LaunchAsking): Html {
  const { accuracy, whereContentWrong, unanswered, contradicting = 0 } = audit
  const asked = accuracy.n + unanswered + contradicting
  const right =
    accuracy.n > 0
      ? `was right in ${percentOfN(accuracy)} questions whose answers are known, and in ${percentOfN(whereContentWrong)} of those in which the texts alone mislead (50 % is a coin)`
      : 'gave no answer that could be used'
  const unread =
    unanswered > 0
      ? ` ${thousands(unanswered)} of ${thousands(asked)} questions got no usable answer.`
      : ''
  const both =
    contradicting > 0
      ? ` ${thousands(contradicting)} were left out: the answer changed with the order of the two.`
      : ''
  return markup`<p>${judge} played customers of the rehearsal and ${right}.${unread}${both}</p>`
}

function askedLine({ ask, plan, unanswered = 0, judge }: LaunchAsking): Html {
  if (!ask || !plan) return markup``
  return markup`<p>${judge} was asked ${counted(plan.questions, 'question')} about the new products, as ${counted(plan.users, 'customer')} selected by <code>${plan.policy.name}</code>; ${thousands(unanswered)} got no usable answer.</p>`
}

function gainsTable({ plan, bill }: LaunchAsking, users: number): Html {
  if (!plan) return markup``
  const cost = bill && totalCost(bill)
  const perUnit = cost && cost.amount > 0 ? cost : undefined
  const row = ({ accuracy, gain }: GainAt) => {
    const [low, high] = gain.interval.map(signed)
    const hits = perUnit ? (gain.per1000 * users) / 1000 / perUnit.amount : undefined
    const last = hits === undefined ? '' : markup`<td>${signed(hits)}</td>`
    return markup`<tr><td>right in ${(100 * accuracy).toFixed(0)} %</td><td>${signed(gain.per1000)}</td><td>${low} to ${high}</td>${last}</tr>`
  }
  const currency = perUnit ? markup`<th>for each ${perUnit.currency}</th>` : ''
  const price = cost
    ? `All questions, those of the audit included, cost at most ${cost.amount.toFixed(2)} ${cost.currency} (prices of ${cost.priceOf}).`
    : 'No price of the model is known.'
  return markup`<table>
<thead><tr><th>a simulated model</th><th>hits more for each 1,000 customers</th><th>95 % interval</th>${currency}</tr></thead>
<tbody>${lines(plan.gains.map(row))}</tbody>
</table>
<p>Measured on the rehearsal with ${counted(plan.questions, 'question')}. ${price}</p>`
}

const signed = (x: number) => (x < 0 ? '' : '+') + x.toFixed(1)

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
