import { capital, counted, thousands } from '../dataset/wording.js'
import { percentOfN } from '../judge/sentences.js'
import { chatBackend } from '../llm/backends/index.js'
import { offlineReader } from '../llm/backends/offline-reader.js'
import { type Html, markup } from '../util/html.js'
import { money } from '../util/money.js'
import { tableBox } from '../util/page-parts.js'
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
  return markup`<p>${judge} played users of the rehearsal and ${right}.${unread}${both}</p>`
}

function askedLine({ ask, plan, unanswered = 0, judge }: LaunchAsking): Html {
  if (!ask || !plan) return markup``
  return markup`<p>${judge} was asked ${counted(plan.questions, 'question')} about the new products, as ${counted(plan.users, 'user')} selected by <code>${plan.policy.name}</code>; ${thousands(unanswered)} got no usable answer.</p>`
}

function gainsTable({ plan, bill }: LaunchAsking, users: number): Html {
  if (!plan) return markup``
  const cost = bill && totalCost(bill)
  const perUnit = cost && cost.amount > 0 ? cost : undefined
  const table = tableBox({
    name: 'gains',
    caption: 'Hits that answers of a simulated model add on the rehearsal',
    head: [
      'its answers are right in',
      'hits more for each 1,000 users',
      '95 % interval',
      ...(perUnit ? [`hits for each ${perUnit.currency}`] : []),
    ],
    rows: plan.gains.map(({ accuracy, gain }) => {
      const hits = perUnit && (gain.per1000 * users) / 1000 / perUnit.amount
      return [
        { value: accuracy, text: `${(100 * accuracy).toFixed(0)} %` },
        { value: gain.per1000, text: signed(gain.per1000) },
        { value: gain.interval[0], text: gain.interval.map(signed).join(' to ') },
        ...(hits === undefined ? [] : [{ value: hits, text: signed(hits) }]),
      ]
    }),
  })
  const price = cost
    ? `All questions, those of the audit included, cost at most ${money(cost.amount, cost.currency)} (prices of ${cost.priceOf}).`
    : 'No price of the model is known.'
  return markup`${table}
<p>Measured on the rehearsal with ${counted(plan.questions, 'question')}. ${price}</p>`
}

const signed = (x: number) => (x < 0 ? '' : '+') + x.toFixed(1)
