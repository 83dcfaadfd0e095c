import { Command } from 'commander'
import { trainPart } from '../dataset/train-part.js'
import { keepVerdict } from '../judge/last-verdict.js'
import { auditJudge, auditQuestions } from '../judge/judge-report.js'
import { Trial } from '../experiment/trial.js'
import { setUp } from '../experiment/setup.js'
import { auditText } from '../report/audit.js'
import {
  type AskingOptions,
  engineOf,
  loadConfigured,
  printJson,
  settingsOf,
  wholeNumber,
  withAskingOptions,
  withDataOptions,
  withEngineOption,
} from './options.js'
import { answersKept, judgeOptionsOf, sayPrice } from './asking.js'
import { interruptibleBar } from './interrupt.js'

interface AuditOptions extends AskingOptions {
  questions: number
  pretend?: boolean
  seed: number
}

export function auditCommand(): Command {
  return withEngineOption(withAskingOptions(withDataOptions(new Command('audit')), false))
    .description(
      'Asks a judge questions whose answers are known from later interactions. Says whether ' +
        'the judge is better than chance, and whether it knows more than the text alone.',
    )
    .option(
      '--questions <n>',
      'number of questions, each asked in both orders',
      wholeNumber(20),
      300,
    )
    .option(
      '--pretend',
      'ask about known items as if they were new: for data without later interactions with new items',
    )
    .option('--seed <s>', 'seed of the questions', wholeNumber(0), 0)
    .addHelpText(
      'after',
      '\nExamples:\n  understudy audit\n  understudy audit --questions 500 --llm-url http://localhost:8080/v1 \\\n    --llm-model my-model\n\nA judge fails if its answers are no better than chance, or are right only where\nthe text alone is right too. The exit status is then 1, and other commands\nrefuse to ask this judge without --anyway.',
    )
    .action(audit)
}

async function audit(options: AuditOptions): Promise<void> {
  const settings = settingsOf(options)
  const { config } = settings
  const dataset = await loadConfigured(config, options)
  const setup = setUp(dataset, config, [], settings.given)
  const own = options.pretend
    ? setUp(
        trainPart(dataset, setup.split),
        { ...config, split: { ...config.split, kind: 'random' } },
        [],
        settings.given,
      )
    : setup
  const trial = new Trial(own, {
    seed: options.seed,
    engine: engineOf(options, config),
    ...judgeOptionsOf(options, settings),
  })
  const questions = auditQuestions(trial, options.questions)
  if (!(await sayPrice(trial.judge.name, [questions], settings, options))) return
  const bar = interruptibleBar(answersKept(options, config))(
    'audit',
    'questions',
    options.questions,
  )
  const report = await auditJudge(trial, options.questions, () => bar.step()).finally(() =>
    bar.stop(),
  )
  keepVerdict(config, options.answers, report)
  if (options.json)
    printJson({
      dataset: own.dataset.name,
      fingerprint: own.dataset.fingerprint,
      prompt: config.augmentation.prompt,
      ...report,
    })
  else process.stdout.write(auditText(report) + '\n')
  if (!report.passed) process.exitCode = 1
}
