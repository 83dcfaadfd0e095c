import { historyOf } from '../dataset/histories.js'
import { counted, thousands } from '../dataset/wording.js'
import { version } from '../experiment/provenance.js'
import type { Hits } from '../judge/hits.js'
import { type Html, lines, markup } from '../util/html.js'
import { bullets, literal, type Point, pointList, section, tableBox } from '../util/page-parts.js'
import { page } from '../util/page.js'
import type { Launch } from './launch.js'
import { askingSection } from './page-asking.js'
import { inShort } from './page-in-short.js'
import { byLists, clean, nameOf, oneLine, percent, range, whole } from './page-text.js'

/** Users whose history and lists the page shows, and how many places of a list. */
const examples = 3
const shownPlaces = 10

/** A launch on one page for a person who decides: no scripts, no network. */
export function launchPage(launch: Launch, command: string): string {
  const { dataset, newItems, users } = launch
  const title = `${counted(newItems.length, 'new item')} for ${counted(users.length, 'user')}`
  const repeat = markup`${literal(command)}<p>understudy ${version}, engine ${launch.engine}.</p>`
  const body = markup`<header><h1>${title}</h1>
<p>${dataset.name}: ${counted(launch.knownItems.length, 'known item')}, ${counted(dataset.interactions.item.length, 'interaction')}.</p>
</header>
<main>
${section('In short', pointList(inShort(launch)))}
${section('What to expect', expectation(launch))}
${section('Whom the new items reach', reach(launch))}
${section('Examples', exampleUsers(launch))}
${section('Asking a language model', askingSection(launch))}
${section('What was left out, and what to know', notes(launch))}
${section('Words on this page', pointList(words, 'words'))}
${section('How to repeat it', repeat)}
</main>`
  return page(title, body)
}

const words: Point[] = [
  { label: 'new item', text: 'An item that nobody has interacted with yet: bought, rated, read.' },
  { label: 'hit', text: 'An item on a user’s list that the user later chose by themselves.' },
  {
    label: 'rehearsal',
    text: 'A launch in the past: known items are pretended new, and later choices say where they belonged.',
  },
  {
    label: '95 %',
    text: 'A 95 % interval holds the true value in 95 of 100 such measurements.',
  },
  { label: 'exposure', text: 'The share of the places of all lists that new items take.' },
  { label: 'audience', text: 'The best users for a new item.' },
]

function expectation({ expected, k, spread, users: listed }: Launch): Html {
  if (!expected)
    return markup`<p><strong>Not known:</strong> nothing could be rehearsed, so the new items are placed with care: on ${percent(spread.exposure)} of the places of the lists of ${k} of ${counted(listed.length, 'user')}.</p>`
  const { withNew, knownOnly, ofNew, gain, users, rehearsals, newItems } = expected
  const most = Math.max(withNew.per1000, knownOnly.per1000, ofNew.per1000)
  const row = (name: string, { per1000, interval }: Hits, bar = per1000 / most) => [
    name,
    { value: per1000, text: whole(per1000), bar: Math.max(0, bar) },
    { value: interval[0], text: range(interval) },
  ]
  const table = tableBox({
    name: 'expected',
    caption: `Hits of lists of ${k}, for each 1,000 users`,
    head: ['', 'mean', '95 % interval'],
    rows: [
      row('with new items', withNew),
      row('of these, new items', ofNew),
      row('without new items', knownOnly),
      row('difference', gain),
    ],
  })
  return markup`${table}
<p>Measured on ${counted(rehearsals, 'rehearsal')}: ${counted(newItems, 'item')} known today ${newItems === 1 ? 'was' : 'were'} pretended new at a time, and what ${counted(users, 'user')} chose later is known.</p>`
}

function reach(launch: Launch): Html {
  const { spread, newItems, users, k, dataset, audience, perItem } = launch
  const { most, shown } = spread
  const crowded =
    most.item >= 0 && most.share > 0.2
      ? markup`<p><strong>One item, ${nameOf(launch, most.item)}, stands on ${percent(most.share)} of the lists of ${counted(users.length, 'user')}.</strong> <code>--cap 0.1</code> shows it to a tenth of the users at most.</p>`
      : ''
  const first = byLists(launch).slice(0, 10)
  const table = tableBox({
    name: 'reach',
    caption: `The new items on most lists, of ${counted(users.length, 'list')}`,
    head: ['new item', 'lists', 'first of its audience'],
    rows: first.map(({ item, n, lists }) => {
      const best = audience.items[n * perItem]
      const bar = first[0].lists > 0 ? lists / first[0].lists : 0
      const who = best >= 0 ? clean(dataset.userIds[best]) : '-'
      return [nameOf(launch, item), { value: lists, text: thousands(lists), bar }, who]
    }),
  })
  return markup`<p>${counted(shown, 'new item')} of ${thousands(newItems.length)} ${shown === 1 ? 'stands' : 'stand'} on somebody’s list of ${k}, on ${percent(spread.exposure)} of the places of ${counted(users.length, 'list')}.</p>
${crowded}
${table}
<p>All lists are in recommendations.csv, the best users of each new item in audiences.csv.</p>`
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
        markup`<li>${nameOf(launch, id)}${isNew.has(id) ? markup` <strong>new</strong>` : ''}</li>`
      return markup`<div class="example"><h3>User ${clean(dataset.userIds[users[n]])}</h3>
<div><h4>chose last</h4><ul>${history.map(item)}</ul></div>
<div><h4>would be shown${first}</h4><ol>${list.map(item)}</ol></div></div>`
    }),
  )
}

function notes({ notes: own, dataset }: Launch): Html {
  const all = [...own, ...dataset.notes].map(oneLine)
  return all.length === 0 ? markup`<p>Nothing was left out.</p>` : bullets(all)
}
