import { capital, counted, thousands } from '../dataset/wording.js'
import { chatBackend } from '../llm/backends/index.js'
import { offlineReader } from '../llm/backends/offline-reader.js'
import { priceFlag } from '../llm/prices.js'
import { confidenceWords } from '../util/confidence.js'
import { money } from '../util/money.js'
import type { Point } from '../util/page-parts.js'
import { pOfInterval } from '../util/statistics.js'
import { cut } from '../util/wrap.js'
import { totalCost } from './bill.js'
import type { ShelfExpectation } from './expectation.js'
import type { Launch, LaunchAsking } from './launch.js'
import { byLists, nameOf, percent, range, whole } from './page-text.js'

/** New items that are named, and letters of a title that a first screen has room for. */
const examples = 3
const titleLength = 50

/** What a person decides by: whether to ask, what it costs, what new items bring and take. */
export function inShort(launch: Launch): Point[] {
  const { expected, k } = launch
  return [
    { label: 'Ask?', text: askText(launch) },
    { label: 'Cost', text: costText(launch) },
    {
      label: 'Expected hits',
      text: expected
        ? gainSentence(expected, k)
        : 'Not known: nothing could be rehearsed, so the new items are placed with care.',
    },
    ...(expected ? [{ label: 'How sure', text: sureText(expected) }] : []),
    { label: 'Exposure', text: exposureText(launch) },
    { label: 'For example', text: exampleItems(launch) },
  ]
}

function askText({ asking, expected }: Launch): string {
  if (asking) return `${capital(asking.verdict)}.`
  return expected
    ? 'No language model was asked.'
    : 'No language model was asked: without a rehearsal nothing says whether it would pay.'
}

function costText({ asking, config, users }: Launch): string {
  if (!asking) return 'Nothing: no question was asked.'
  const { bill } = asking
  const backend = chatBackend(config.llm)
  if (backend === offlineReader)
    return 'Nothing: no language model was given, and a program that compares words answered.'
  if (backend.free) return 'Nothing: the language model runs on this machine.'
  const cost = bill && totalCost(bill)
  if (!cost) return `Not known, as no price is set: ${priceFlag}.`
  const { amount, currency, priceOf } = cost
  const prices = `at the prices of ${priceOf}`
  if (!asking.ask)
    return (
      `At most ${money(bill.audit.cost?.amount ?? 0, currency)} for the audit, ${prices}; ` +
      `with all questions it would be ${money(amount, currency)}.`
    )
  const calls = counted(bill.audit.calls + bill.asking.calls, 'call')
  const each = eachHit(asking, users.length, amount, currency)
  return `At most ${money(amount, currency)} for ${calls}, ${prices}${each}.`
}

/** What one more hit costs, where asking clearly brings some. */
function eachHit({ gain }: LaunchAsking, users: number, amount: number, currency: string): string {
  if (!gain || gain.interval[0] <= 0 || amount === 0) return ''
  return `; ${money(amount / ((gain.per1000 * users) / 1000), currency)} for each hit that it adds`
}

function gainSentence({ gain, withNew, knownOnly }: ShelfExpectation, k: number): string {
  const [low, high] = gain.interval
  const hits = `${whole(withNew.per1000)} instead of ${whole(knownOnly.per1000)}`
  if (low > 0)
    return `With new items, lists of ${k} hit ${whole(gain.per1000)} more later choices for each 1,000 users than without: ${hits}.`
  if (high < 0)
    return `With new items, lists of ${k} hit ${whole(-gain.per1000)} fewer later choices for each 1,000 users than without: ${hits}.`
  return `Lists of ${k} with and without new items hit about as many later choices: ${hits} for each 1,000 users.`
}

function sureText({ gain, users, rehearsals }: ShelfExpectation): string {
  return (
    `${confidenceWords(pOfInterval(gain.interval))}. The 95 % interval of the difference is ` +
    `${range(gain.interval)}, over ${counted(users, 'user')} in ${counted(rehearsals, 'rehearsal')}.`
  )
}

function exposureText({ spread, k, newItems }: Launch): string {
  const { exposure, shown } = spread
  return (
    `New items take ${percent(exposure)} of the places of lists of ${k}; ` +
    `${thousands(shown)} of ${thousands(newItems.length)} ${shown === 1 ? 'stands' : 'stand'} on somebody’s list.`
  )
}

function exampleItems(launch: Launch): string[] {
  return byLists(launch)
    .slice(0, examples)
    .map(
      ({ item, lists }) =>
        `${cut(nameOf(launch, item), titleLength)}: on ${thousands(lists)} of ${counted(launch.users.length, 'list')}`,
    )
}
