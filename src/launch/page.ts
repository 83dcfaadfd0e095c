import { historyOf } from '../dataset/histories.js'
import { counted, thousands } from '../dataset/wording.js'
import { version } from '../experiment/provenance.js'
import { type Html, lines, markup, page } from '../util/html.js'
import { cut } from '../util/wrap.js'
import type { Hits } from '../judge/hits.js'
import type { ShelfExpectation } from './expectation.js'
import { type Launch, titleOf } from './launch.js'
import { askingSection } from './page-asking.js'

/** Users whose history and lists the page shows, and how many places of a list. */
const examples = 3
const shownPlaces = 10

/** A launch on one page for a person who decides: no scripts, no network. */
export function launchPage(launch: Launch, command: string): string {
  const { dataset, newItems, users } = launch
  const title = `${counted(newItems.length, 'new product')} for ${counted(users.length, 'customer')}`
  const repeat = markup`<pre>${command}</pre><p>understudy ${version}, engine ${launch.engine}.</p>`
  const body = markup`<main>
<h1>${title}</h1>
<p>${dataset.name}: ${counted(launch.knownItems.length, 'known product')}, ${counted(dataset.interactions.item.length, 'interaction')}.</p>
${section('In short', inShort(launch))}
${section('What to expect', expectation(launch))}
${section('Whom the new products reach', reach(launch))}
${section('Examples', exampleUsers(launch))}
${section('Asking a language model', askingSection(launch))}
${section('What was left out, and what to know', notes(launch))}
${section('How to repeat it', repeat)}
</main>`
  return page(title, style, body)
}

function section(title: string, content: Html): Html {
  return markup`<section><h2>${title}</h2>\n${content}\n</section>`
}

/** What a person decides by: what new products bring, what they take, and whether to ask. */
function inShort(launch: Launch): Html {
  const { expected, asking, spread, k } = launch
  return markup`<ul>
<li><strong>${expected ? gainSentence(expected, k) : 'What new products bring is not known: nothing could be rehearsed, so they are placed with care.'}</strong></li>
<li>New products take ${percent(spread.exposure)} of the places of lists of ${k}.</li>
<li>${asking ? markup`A language model: <strong>${asking.verdict}.</strong>` : 'No language model was asked.'}</li>
</ul>`
}

function gainSentence({ gain }: ShelfExpectation, k: number): string {
  const [low, high] = gain.interval
  const range = `(95 %: ${whole(low)} to ${whole(high)})`
  if (low > 0)
    return `With new products, lists of ${k} hit ${whole(gain.per1000)} more later choices for each 1,000 customers than without ${range}.`
  if (high < 0)
    return `With new products, lists of ${k} hit ${whole(-gain.per1000)} fewer later choices for each 1,000 customers than without (95 %: ${whole(-high)} to ${whole(-low)}).`
  return `Lists of ${k} with and without new products hit about as many later choices: a difference of ${whole(gain.per1000)} for each 1,000 customers is within the error ${range}.`
}

function expectation({ expected, k, spread, users: listed }: Launch): Html {
  if (!expected)
    return markup`<p><strong>Not known:</strong> nothing could be rehearsed, so the new products are placed with care: on ${percent(spread.exposure)} of the places of the lists of ${k} of ${counted(listed.length, 'customer')}.</p>`
  const { withNew, knownOnly, ofNew, gain, users, rehearsals } = expected
  return markup`<table>
<thead><tr><th>hits for each 1,000 customers</th><th>mean</th><th>95 % interval</th></tr></thead>
<tbody>
${hitsRow('lists with new products', withNew)}
${hitsRow('of these, new products', ofNew)}
${hitsRow('lists without new products', knownOnly)}
${hitsRow('difference', gain)}
</tbody>
</table>
<p>A hit is a product on a customer’s list that the customer later chose. Measured on ${counted(rehearsals, 'rehearsal')}: products that are known today were pretended new, and what ${counted(users, 'customer')} chose later is known.</p>`
}

function hitsRow(name: string, { per1000, interval }: Hits): Html {
  return markup`<tr><td>${name}</td><td>${whole(per1000)}</td><td>${interval.map(whole).join(' to ')}</td></tr>`
}

/** A whole number with its thousands set apart, and a minus sign that is as wide as a plus. */
const whole = (value: number) => thousands(Math.round(value) + 0).replace('-', '−')

function reach(launch: Launch): Html {
  const { spread, newItems, users, k, dataset, audience, perItem } = launch
  const { most, shown } = spread
  const crowded =
    most.item >= 0 && most.share > 0.2
      ? markup`<p><strong>One product, ${name(launch, most.item)}, stands on ${percent(most.share)} of the lists of ${counted(users.length, 'customer')}.</strong> <code>--cap 0.1</code> shows it to a tenth of the customers at most.</p>`
      : ''
  const times = new Map<number, number>()
  for (const item of launch.shelf.items) times.set(item, (times.get(item) ?? 0) + 1)
  const rows = Array.from(newItems, (item, n) => ({ item, n, lists: times.get(item) ?? 0 }))
    .sort((a, b) => b.lists - a.lists || a.n - b.n)
    .slice(0, 10)
    .map(({ item, n, lists }) => {
      const best = audience.items[n * perItem]
      const who = best >= 0 ? clean(dataset.userIds[best]) : '-'
      return markup`<tr><td>${name(launch, item)}</td><td>${thousands(lists)}</td><td>${who}</td></tr>`
    })
  return markup`<p>${counted(shown, 'new product')} of ${thousands(newItems.length)} ${shown === 1 ? 'stands' : 'stand'} on somebody’s list of ${k}, on ${percent(spread.exposure)} of the places of ${counted(users.length, 'list')}.</p>
${crowded}
<table>
<thead><tr><th>new product</th><th>lists, of ${thousands(users.length)}</th><th>first of its audience</th></tr></thead>
<tbody>${lines(rows)}</tbody>
</table>
<p>All lists are in recommendations.csv, the best customers of each new product in audiences.csv.</p>`
}

function exampleUsers(launch: Launch): Html {
  const { users, k, shelf, input, dataset } = launch
  const isNew = new Set(launch.newItems)
  const withNew = Array.from(users.keys()).filter((n) =>
    shelf.items.subarray(n * k, (n + 1) * k).some((item) => isNew.has(item)),
  )
  const from = withNew.length >= examples ? withNew : [...users.keys()]
  const chosen = Array.from({ length: Math.min(examples, from.length) }, (_, e) => {
    return from[Math.floor(((e + 0.5) * from.length) / examples)]
  })
  return lines(
    chosen.map((n) => {
      const history = [...historyOf(input.train, users[n])].slice(-5)
      const own = [...shelf.items.subarray(n * k, (n + 1) * k)].filter((item) => item >= 0)
      const list = own.slice(0, shownPlaces)
      const first = own.length > list.length ? `, the first ${list.length} of ${own.length}` : ''
      const item = (id: number) =>
        markup`<li>${name(launch, id)}${isNew.has(id) ? markup` <strong>new</strong>` : ''}</li>`
      return markup`<div class="example"><h3>Customer ${clean(dataset.userIds[users[n]])}</h3>
<div><h4>chose last</h4><ul>${history.map(item)}</ul></div>
<div><h4>would be shown${first}</h4><ol>${list.map(item)}</ol></div></div>`
    }),
  )
}

function notes({ notes: own, dataset }: Launch): Html {
  const all = [...own, ...dataset.notes]
  if (all.length === 0) return markup`<p>Nothing was left out.</p>`
  return markup`<ul>${all.map((note) => markup`<li>${oneLine(note)}</li>`)}</ul>`
}

function name(launch: Launch, item: number): string {
  return clean(titleOf(launch, item))
}

/** Untrusted text for one line, cut where it is long. */
const clean = (text: string) => cut(oneLine(text), 90)

const oneLine = (text: string) => text.replace(/[\p{Cc}\s]+/gu, ' ').trim()

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`
}

const style = `
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; color: #1b1b1b; background: #fff }
main { max-width: 50rem; margin: 0 auto; padding: 1rem; overflow-wrap: break-word }
h1 { font-size: 1.6rem; line-height: 1.2 } h2 { font-size: 1.2rem; margin-top: 2rem }
h3 { font-size: 1rem; margin-bottom: 0 } h4 { margin: .5rem 0 0; font-weight: 600 }
table { border-collapse: collapse; width: 100% } th { text-align: left }
th, td { padding: .3rem .5rem .3rem 0; border-bottom: 1px solid #ddd; vertical-align: top }
td + td, th + th { text-align: right }
@media (max-width: 40rem) { td:first-child, td:last-child { overflow-wrap: anywhere } }
code { white-space: nowrap } .example { display: grid; gap: 0 2rem;
grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)) } .example h3 { grid-column: 1 / -1 }
ul, ol { margin: .3rem 0; padding-left: 1.4rem; overflow-wrap: anywhere }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f4f4f4; padding: .7rem }
`
