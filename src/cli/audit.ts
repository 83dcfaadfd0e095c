import { Command } from 'commander'
import { trainPart } from '../dataset/train-part.js'
import { keepVerdict } from '../judge/last-verdict.js'
import { auditJudge } from '../judge/judge-report.js'
import { Trial } from '../experiment/trial.js'
import { setUp } from '../experiment/setup.js'
import { auditText } from '../report/audit.js'
import {
  chatOptionsOf,
  type CommonOptions,
  engineOf,
  loadConfigured,
  printJson,
  settingsOf,
  wholeNumber,
  withDataOptions,
  withEngineOption,
  withLlmOptions,
} from './options.js'
import { progressBar } from '../util/progress.js'

interface AuditOptions extends CommonOptions {
  questions: number
  pretend?: boolean
  seed: number
}

export function auditCommand(): Command {
  return withEngineOption(withLlmOptions(withDataOptions(new Command('audit'))))
    .option(
      '--questions <n>',
      'questions with a known answer, each put in both orders',
      wholeNumber(20),
      300,
    )
    .option(
      '--pretend',
      'ask about warm items that are pretended cold, where nobody has interacted with the new items yet',
    )
    .option('--seed <s>', 'seed of the questions', wholeNumber(0), 0)
    .addHelpText(
      'after',
      '\nExamples:\n  understudy audit\n  understudy audit --questions 500 --llm-url http://localhost:8080/v1 --llm-model my-model\n\n`augment` refuses a judge of a server that failed its last audit, unless told --anyway.',
    )
    .action(audit)
}

async function audit(options: AuditOptions): Promise<void> {
  const { config, runtime } = settingsOf(options)
  const dataset = await loadConfigured(config, options)
  const setup = setUp(dataset, config)
  const own = options.pretend
    ? setUp(trainPart(dataset, setup.split), {
        ...config,
        split: { ...config.split, kind: 'random' },
      })
    : setup
  const bar = progressBar('audit', 'questions', options.questions)
  const trial = new Trial(own, {
    seed: options.seed,
    engine: engineOf(options, config),
    ...chatOptionsOf(options, runtime),
  })
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
}
