import { Command } from 'commander'
import type { Advice, Gain, ShelfGain } from '../judge/advice.js'
import { advise, adviseQuestions, shelfLength } from '../judge/advise.js'
import { percentOfN } from '../judge/sentences.js'
import { diagnosisText } from '../experiment/diagnosis.js'
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

function adviceText(advice: Advice): string {
  const { rehearsal, k, gains, breakEven, shelf, judge, audit, diagnostics, verdict } = advice
  const { repetitions, coldItems, kind, evaluatedUsers } = rehearsal
  const budgets = breakEven.map(({ users }) => users)
  const columns = budgets.map((users) => `${users} users`)
  const top = gains.find(({ top }) => top)?.top
  const at = (cutoff: number) =>
    `SIMULATED judge: gain @${cutoff} over the best content, ${repetitions} rehearsals`
  return [
    `Rehearsal: ${repetitions} times on the data before the cut, with ${coldItems} ${kind === 'temporal' ? 'late' : 'random'} known items in the place of new ones, ${evaluatedUsers} users.`,
    '',
    recallGrid(advice),
    '',
    grid([at(k), ...columns], gainRows(gains, budgets)),
    ...(top
      ? [
          '',
          grid(
            [at(top.k), ...columns],
            gainRows(
              gains.map((one) => ({ ...one, ...one.top })),
              budgets,
            ),
          ),
        ]
      : []),
    '',
    `On the shelf, with questions against known items: hits per 1,000 users in lists of ${shelfLength}`,
    grid(
      ['SIMULATED judge: gain on the shelf', ...columns],
      [...new Set(shelf.map(({ accuracy }) => accuracy))].map((accuracy) => [
        `accuracy ${accuracy}`,
        ...budgets.map((users) => shelfCell(shelf, users, accuracy)),
      ]),
    ),
    '',
    `judge: ${judge}`,
    `  right in ${percentOfN(audit.accuracy)} questions (content ${percentOfN(audit.contentAccuracy)})`,
    `  where content is wrong, right in ${percentOfN(audit.whereContentWrong)}; where it is right, in ${percentOfN(audit.whereContentRight)}`,
    '',
    ...diagnostics.map(diagnosisText),
    verdict,
  ].join('\n')
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
    judge.replace(' ', ' errors, accuracy '),
    ...budgets.map((budget) => {
      const { gain, standardError } = gains.find(
        ({ users, errors, accuracy }) => users === budget && `${errors} ${accuracy}` === judge,
      )!
      return signed(gain) + (spreads(standardError, gain) ? plusMinusError(standardError) : '')
    }),
  ])
}

/** "+1.2 (-.4 to 2.8)" */
function shelfCell(shelf: ShelfGain[], users: number, accuracy: number): string {
  const { gain } = shelf.find((one) => one.users === users && one.accuracy === accuracy)!
  const [low, high] = gain.interval.map((x) => x.toFixed(1))
  return `${gain.per1000 < 0 ? '' : '+'}${gain.per1000.toFixed(1)} (${low} to ${high})`
}
