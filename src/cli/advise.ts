import { Command } from 'commander'
import type { Advice, Gain, ShelfGain } from '../judge/advice.js'
import { advise, adviseQuestions, shelfLength } from '../judge/advise.js'
import { percentOfN } from '../judge/sentences.js'
import { capital, thousands } from '../dataset/wording.js'
import { wrap } from '../util/wrap.js'
import { diagnosisLines } from '../experiment/diagnosis.js'
import { plusMinusError, signed } from '../report/labels.js'
import { spreads } from '../util/statistics.js'
import { grid } from '../util/grid.js'
import {
  type AskingOptions,
  engineOf,
  fraction,
  loadConfigured,
  printJson,
  settingsOf,
  setUpConfigured,
  wholeNumber,
  withAskingOptions,
  withDataOptions,
  withEngineOption,
} from './options.js'
import { chatModel } from '../llm/model.js'
import { answersKept, checkJudge, judgeOptionsOf, sayPrice } from './asking.js'
import { interruptibleBar } from './interrupt.js'

interface AdviseOptions extends AskingOptions {
  repetitions: number
  questions: number
  simulateJudge?: number
}

export function adviseCommand(): Command {
  return withEngineOption(withAskingOptions(withDataOptions(new Command('advise'))))
    .description(
      'Says whether asking a judge about new items would pay, before you spend money. ' +
        'It treats some known items as new, and compares recommendations from text alone, ' +
        'with simulated judges, and with your judge.',
    )
    .option(
      '--repetitions <n>',
      'number of rehearsals, each with other known items in the place of new ones',
      wholeNumber(2),
      3,
    )
    .option(
      '--questions <n>',
      'number of questions that check the judge, each asked in both orders',
      wholeNumber(20),
      400,
    )
    .option(
      '--simulate-judge <accuracy>',
      'replace the judge by a simulated one that is right this often, e.g. 0.8',
      fraction(0.5, 1),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  understudy advise\n  understudy advise --interactions orders.csv --items products.csv \\\n    --llm-url http://localhost:8080/v1 --llm-model my-model\n  understudy advise --dataset amazon-2014/Beauty --data path/to/data \\\n    --simulate-judge 0.85 --json',
    )
    .action(adviseCommandRun)
}

async function adviseCommandRun(options: AdviseOptions): Promise<void> {
  const settings = settingsOf(options)
  const { config } = settings
  const { repetitions, questions, simulateJudge: simulate } = options
  if (simulate === undefined) checkJudge(options, settings)
  const dataset = await loadConfigured(config, options)
  const setup = setUpConfigured(dataset, settings)
  const how = {
    ...{ engine: engineOf(options, config), repetitions, auditQuestions: questions, simulate },
    ...judgeOptionsOf(options, settings),
  }
  const judge = chatModel(config.llm).name
  if (!(await sayPrice(judge, adviseQuestions(setup, how), settings, options))) return
  const advice = await advise(setup, {
    ...how,
    progress: interruptibleBar(answersKept(options, config)),
  })
  if (options.json)
    printJson({ dataset: dataset.name, fingerprint: dataset.fingerprint, ...advice })
  else process.stdout.write(adviceText(advice) + '\n')
}

/** The answer first, then what says so; at most 80 columns. */
function adviceText(advice: Advice): string {
  const { rehearsal, k, gains, breakEven, shelf, judge, audit, diagnostics, verdict } = advice
  const { repetitions, coldItems, kind, evaluatedUsers } = rehearsal
  const budgets = breakEven.map(({ users }) => users)
  const columns = budgets.map((users) => `${thousands(users)} users`)
  const top = gains.find(({ top }) => top)?.top
  const gainsAt = (cutoff: number, of: Gain[]) => [
    '',
    `Gain @${cutoff} over the best content model by SIMULATED judges:`,
    grid(['errors, accuracy', ...columns], gainRows(of, budgets)),
  ]
  const accuracies = [...new Set(shelf.map(({ accuracy }) => accuracy))]
  return [
    wrap(`${capital(verdict)}.`),
    ...shelfLines(advice),
    ...diagnostics.flatMap(diagnosisLines),
    '',
    wrap(
      `${judge} is right in ${percentOfN(audit.accuracy)} questions; content in ${percentOfN(audit.contentAccuracy)}. ` +
        `Where content is wrong it is right in ${percentOfN(audit.whereContentWrong)}; where content is right, in ${percentOfN(audit.whereContentRight)}.`,
    ),
    '',
    wrap(
      `Rehearsed ${repetitions} times on the data before the cut, with ${coldItems} ${kind === 'temporal' ? 'late' : 'random'} known items in the place of new ones and ${thousands(evaluatedUsers)} users:`,
    ),
    recallGrid(advice),
    ...gainsAt(k, gains),
    ...(top
      ? gainsAt(
          top.k,
          gains.map((one) => ({ ...one, ...one.top })),
        )
      : []),
    '',
    `Gain on the shelf, with questions against known items: hits per 1,000 users in`,
    `lists of ${shelfLength}, by SIMULATED judges:`,
    grid(
      ['accuracy', ...columns],
      accuracies.map((accuracy) => [
        String(accuracy),
        ...budgets.map((users) => shelfCell(shelf, users, accuracy)),
      ]),
    ),
  ].join('\n')
}

/** What the advice to ask means for lists of known and new items together. */
function shelfLines({ ask, pays, audit, shelf }: Advice): string[] {
  if (!ask || pays === null) return []
  const at = shelf.findLast(
    ({ users, accuracy }) => users === pays && accuracy <= audit.accuracy.share,
  )
  if (!at) return []
  const hits = `${shelfCell(shelf, pays, at.accuracy)} hits per 1,000 users`
  const judge = `a judge of accuracy ${at.accuracy}`
  return [
    wrap(`On the shelf, in lists of ${shelfLength} of known and new items, ${judge} gave ${hits}.`),
  ]
}

/** Recall without any question, a column a cut-off. */
function recallGrid({ recalls }: Advice): string {
  const row = (name: string, pick: (one: (typeof recalls)[number]) => number) => [
    name,
    ...recalls.map((one) => pick(one).toFixed(4)),
  ]
  return grid(
    ['cold recall without any question', ...recalls.map(({ k }) => `@${k}`)],
    [
      row('content map', ({ contentMap }) => contentMap),
      row('best content model', ({ content }) => content),
      row('chance', ({ chance }) => chance),
    ],
  )
}

/** A row a kind of errors and accuracy, a column a number of users: "+0.0123 ±.0045". */
function gainRows(gains: Gain[], budgets: number[]): string[][] {
  const judges = [...new Set(gains.map(({ errors, accuracy }) => `${errors} ${accuracy}`))]
  return judges.map((judge) => [
    judge.replace(' ', ', '),
    ...budgets.map((budget) => {
      const { gain, standardError } = gains.find(
        ({ users, errors, accuracy }) => users === budget && `${errors} ${accuracy}` === judge,
      )!
      return signed(gain) + (spreads(standardError, gain) ? plusMinusError(standardError) : '')
    }),
  ])
}

/** "+12 (-4 to 28)" */
function shelfCell(shelf: ShelfGain[], users: number, accuracy: number): string {
  const { gain } = shelf.find((one) => one.users === users && one.accuracy === accuracy)!
  const [low, high] = gain.interval.map((x) => x.toFixed(0))
  return `${gain.per1000 < 0 ? '' : '+'}${gain.per1000.toFixed(0)} (${low} to ${high})`
}
