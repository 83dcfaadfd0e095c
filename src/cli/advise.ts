import { Command } from 'commander'
import type { Advice, ShelfGain } from '../judge/advice.js'
import { advise, adviseSteps, shelfLength } from '../judge/advise.js'
import { percentOf } from '../judge/sentences.js'
import { setUp } from '../experiment/setup.js'
import { grid } from '../util/grid.js'
import {
  chatOptionsOf,
  type CommonOptions,
  engineOf,
  fraction,
  loadConfigured,
  printJson,
  settingsOf,
  wholeNumber,
  withDataOptions,
  withEngineOption,
  withLlmOptions,
} from './options.js'
import { progressBar } from '../util/progress.js'

interface AdviseOptions extends CommonOptions {
  repetitions: number
  questions: number
  simulateJudge?: number
}

export function adviseCommand(): Command {
  return withEngineOption(withLlmOptions(withDataOptions(new Command('advise'))))
    .option(
      '--repetitions <n>',
      'number of rehearsals on warm items that are pretended cold',
      wholeNumber(2),
      3,
    )
    .option(
      '--questions <n>',
      'questions put to the judge in its audit, over all rehearsals; each in both orders',
      wholeNumber(20),
      400,
    )
    .option(
      '--simulate-judge <accuracy>',
      'a simulated judge of this accuracy, with independent errors, instead of the real one',
      fraction(0.5, 1),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  understudy advise\n  understudy advise --interactions orders.csv --items products.csv --llm-url http://localhost:8080/v1 --llm-model my-model\n  understudy advise --dataset amazon-2014/Beauty --data path/to/data --simulate-judge 0.85 --json',
    )
    .action(async (options: AdviseOptions) => {
      const { config, runtime } = settingsOf(options)
      const dataset = await loadConfigured(config, options)
      const bar = progressBar('advise', 'steps', adviseSteps(options.repetitions))
      const advice = await advise(setUp(dataset, config), {
        engine: engineOf(options, config),
        repetitions: options.repetitions,
        auditQuestions: options.questions,
        simulate: options.simulateJudge,
        ...chatOptionsOf(options, runtime),
        onStep: () => bar.step(),
      }).finally(() => bar.stop())
      if (options.json)
        printJson({ dataset: dataset.name, fingerprint: dataset.fingerprint, ...advice })
      else process.stdout.write(adviceText(advice) + '\n')
    })
}

function adviceText({
  rehearsal,
  k,
  recall,
  gains,
  breakEven,
  shelf,
  judge,
  audit,
  verdict,
}: Advice): string {
  const budgets = breakEven.map(({ users }) => users)
  const cell = (users: number, accuracy: number, errors: string) => {
    const { gain, standardError } = gains.find(
      (one) => one.users === users && one.accuracy === accuracy && one.errors === errors,
    )!
    return `${gain < 0 ? '' : '+'}${gain.toFixed(4)} ±${standardError.toFixed(4).slice(1)}`
  }
  const rows = [...new Set(gains.map(({ errors, accuracy }) => `${errors} ${accuracy}`))].map(
    (name) => {
      const [errors, accuracy] = name.split(' ')
      return [
        `${errors} errors, accuracy ${accuracy}`,
        ...budgets.map((users) => cell(users, Number(accuracy), errors)),
      ]
    },
  )
  return [
    `Rehearsal: ${rehearsal.repetitions} times on what was known before the cut, ${rehearsal.coldItems} ${rehearsal.kind === 'temporal' ? 'late' : 'random'} items pretended cold, ${rehearsal.evaluatedUsers} users.`,
    `cold recall@${k} without any question: content map ${recall.contentMap.toFixed(4)}, best content model ${recall.content.toFixed(4)}; chance ${recall.chance.toFixed(4)}.`,
    '',
    grid(
      ['SIMULATED judge: gain over the best content', ...budgets.map((users) => `${users} users`)],
      rows,
    ),
    '',
    `On the shelf, asked against known items: hits per 1,000 users in lists of ${shelfLength}`,
    grid(
      ['SIMULATED judge: gain on the shelf', ...budgets.map((users) => `${users} users`)],
      [...new Set(shelf.map(({ accuracy }) => accuracy))].map((accuracy) => [
        `accuracy ${accuracy}`,
        ...budgets.map((users) => shelfCell(shelf, users, accuracy)),
      ]),
    ),
    '',
    `judge: ${judge}`,
    `  right in ${percentOf(audit.accuracy)} of ${audit.accuracy.n} questions (content ${percentOf(audit.contentAccuracy)})`,
    `  where content is wrong, right in ${percentOf(audit.whereContentWrong)} of ${audit.whereContentWrong.n}; where it is right, in ${percentOf(audit.whereContentRight)}`,
    '',
    verdict,
  ].join('\n')
}

/** "+1.2 (-.4 to 2.8)" */
function shelfCell(shelf: ShelfGain[], users: number, accuracy: number): string {
  const { gain } = shelf.find((one) => one.users === users && one.accuracy === accuracy)!
  const [low, high] = gain.interval.map((x) => x.toFixed(1))
  return `${gain.per1000 < 0 ? '' : '+'}${gain.per1000.toFixed(1)} (${low} to ${high})`
}
