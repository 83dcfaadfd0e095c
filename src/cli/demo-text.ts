import { join } from 'node:path'
import { historyOf } from '../dataset/histories.js'
import { capital, thousands } from '../dataset/wording.js'
import { type Launch, titleOf } from '../launch/launch.js'
import { pointsText } from '../report/answer.js'
import { armWords } from '../report/arm-words.js'
import { percentText } from '../report/first-rows.js'
import { rewardMetric } from '../report/labels.js'
import { type Compared, shownComparisons } from '../run/comparisons.js'
import type { RunResult } from '../run/result.js'
import { summarise } from '../run/summary.js'
import { bar } from '../util/bar.js'
import { grid } from '../util/grid.js'
import { visibleLine } from '../util/visible.js'
import { cut, wrap } from '../util/wrap.js'

const barWidth = 24
const shown = 4

/** What came of the demo, in four parts. */
export function demoText(
  result: RunResult,
  made: Launch,
  folders: { run: string; launch: string },
): string {
  const { data, config } = result
  const { pairsPerUser } = config.augmentation
  return [
    wrap(
      `A generated shop: ${thousands(data.users)} customers, ${thousands(data.items)} products. ` +
        'New products have no sales yet; can a model that plays a customer say who wants them?',
    ),
    '',
    `1 WHOM TO ASK: ${config.policy.budget} customers, ${pairsPerUser} questions each`,
    '',
    ...whomToAsk(result),
    '',
    '2 THE WHOLE SHELF: known and new products in one list',
    '',
    ...shelf(result),
    '',
    '3 WHO WOULD BE SHOWN WHAT',
    '',
    ...examples(made),
    '',
    'NEXT',
    '',
    ...nextCommands(folders),
  ].join('\n')
}

/** Recall among the new items of four ways to ask, and of chance. */
function whomToAsk(result: RunResult): string[] {
  const metric = rewardMetric(result)
  const k = result.config.policy.rewardK
  const chance = result.data.chance[`recall@${k}`]
  const rows = ['none', 'random', 'best-feature', 'learned'].map((arm) =>
    recallRow(result, arm, metric),
  )
  const all = [...rows, { name: 'by chance', mean: chance, text: (100 * chance).toFixed(1) }]
  return [
    bars(`% found @${k}`, all),
    '',
    wrap(
      `Found: of the new products that a customer chose later, those among the first ${k} of ` +
        `${result.data.coldTestItems}; mean ± standard error over ${result.seeds.length} repetitions.`,
    ),
    ...['random', 'best-feature'].flatMap((against) => {
      const test = difference(result, 'learned', against, metric)
      return test ? [wrap(sentence(test, 'of the new products'))] : []
    }),
    'The answers are of a program that compares words, not of a language model.',
  ]
}

/** Recall of all later choices, known and new, with the same share of new items in each list. */
function shelf(result: RunResult): string[] {
  const k = result.config.policy.rewardK
  const metric = `shelf:recall@${k}`
  const names = { none: 'as it is', content: 'text', 'content/random': 'text and answers' }
  const rows = Object.entries(names).map(([arm, name]) => ({
    ...recallRow(result, arm, metric),
    name,
  }))
  return [
    bars(`% found @${k}`, rows),
    '',
    wrap(`Found: of all that a customer chose later, what is among the first ${k} of the list.`),
    ...besideText(result),
  ]
}

/** What answers are worth where text is there, among the new items alone. */
function besideText(result: RunResult): string[] {
  const metric = rewardMetric(result)
  const answers = difference(result, 'content/random', 'content', metric)
  const alone = recallRow(result, 'content', metric).mean
  const added = answers ? `; these answers on top of it: ${pointsText(answers)}` : ''
  return [
    wrap(
      `Among the new products alone, as in 1, text finds ${(100 * alone).toFixed(1)} %${added}.`,
    ),
    'Whether answers of a language model add to text, `understudy advise` finds out.',
  ]
}

interface Row {
  name: string
  mean: number
  text: string
}

function recallRow(result: RunResult, arm: string, metric: string): Row {
  const row = summarise(result).find(({ policy }) => policy === arm)
  const value = row!.metrics[metric]
  return { name: armWords(arm), mean: value.mean, text: percentText(value) }
}

function bars(head: string, rows: Row[]): string {
  const most = Math.max(...rows.map(({ mean }) => mean))
  return grid(
    ['', head, ''],
    rows.map(({ name, mean, text }) => [
      `  ${name}`,
      text,
      bar(mean, most, barWidth).padEnd(barWidth),
    ]),
  )
}

function difference(result: RunResult, arm: string, against: string, metric: string) {
  return shownComparisons(result).find(
    (test) => test.arm === arm && test.against === against && test.metric === metric,
  )
}

/** "Learned users find 3.1 points more than random users (95 %: 1.0 to 5.2)." */
function sentence(test: Compared, of: string): string {
  const [arm, against] = [test.arm, test.against].map(armWords)
  const { interval } = test
  if (interval && interval[0] <= 0 && interval[1] >= 0)
    return `${capital(arm)} and the ${against} cannot be told apart: ${pointsText(test)}.`
  return `${capital(arm)} against ${against}: ${pointsText(test)} ${of}.`
}

/** One new item with its best users, and one user with history and list. */
function examples(made: Launch): string[] {
  const { dataset, users, k, shelf: lists, newItems, audience, perItem, input } = made
  const isNew = new Set(newItems)
  const own = (n: number) => [...lists.items.subarray(n * k, (n + 1) * k)].slice(0, shown)
  const chosen = [...users.keys()].find((n) => own(n).filter((item) => isNew.has(item)).length > 1)
  const place = chosen ?? 0
  const item = own(place).find((candidate) => isNew.has(candidate)) ?? newItems[0]
  const at = newItems.indexOf(item) * perItem
  const best = [...audience.items.subarray(at, at + shown)].filter((user) => user >= 0)
  const title = (one: number) => cut(visibleLine(titleOf(made, one)), 60)
  const history = [...historyOf(input.train, users[place])].slice(-shown)
  return [
    `  New: ${title(item)}`,
    `    show it to ${best.map((user) => dataset.userIds[user]).join(', ')} ...`,
    `  Customer ${dataset.userIds[users[place]]} chose`,
    ...history.map((one) => `      ${title(one)}`),
    '    and would be shown',
    ...own(place).map((one) => `      ${title(one)}${isNew.has(one) ? '  (new)' : ''}`),
  ]
}

function nextCommands({ run, launch }: { run: string; launch: string }): string[] {
  return [
    '  your own new products: recommendations for each customer',
    '    npx understudy launch --interactions orders.csv --items products.csv',
    '  would it pay to ask a language model?',
    '    npx understudy advise --interactions orders.csv --items products.csv',
    '  all of this with figures, on one page',
    `    npx understudy report ${run}`,
    '',
    `Recommendations of this shop: ${join(launch, 'launch.html')}`,
  ]
}
