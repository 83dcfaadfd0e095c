import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { trainPart } from '../dataset/train-part.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { show } from '../experiment/audit.js'
import { auditJudge, type JudgeReport } from '../experiment/judge-report.js'
import { Lab } from '../experiment/lab.js'
import { prepare } from '../experiment/prepare.js'
import { backendOf, chatModel } from '../llm/model.js'
import { grid } from '../report/table.js'
import { InputError } from '../util/errors.js'
import { writeAtomically } from '../util/files.js'
import { interruption } from './interrupt.js'
import { chatOptionsOf, type CommonOptions, configOf, engineOf, loadConfigured, printJson, wholeNumber, withDataOptions, withEngineOption, withLlmOptions } from './options.js'
import { progressBar } from '../util/progress.js'

interface AuditOptions extends CommonOptions {
  questions: number
  pretend?: boolean
  seed: number
}

export function auditCommand(): Command {
  return withEngineOption(withLlmOptions(withDataOptions(new Command('audit'))))
    .description('whether a judge’s answers carry information, before they are paid for: against later interactions (validation half)')
    .option('--questions <n>', 'questions with a known answer, each put in both orders', wholeNumber(20), 300)
    .option('--pretend', 'on warm items pretended cold, for new items that nobody has interacted with yet')
    .option('--seed <s>', 'seed of the questions', wholeNumber(0), 0)
    .addHelpText('after', '\nExamples:\n  understudy audit\n  understudy audit --questions 500 --llm-url http://localhost:8080/v1 --llm-model my-model\n\n`augment` refuses a judge of a server that failed its last audit, unless told --anyway.')
    .action(audit)
}

async function audit(options: AuditOptions): Promise<void> {
  const config = configOf(options)
  const signal = interruption()
  const dataset = await loadConfigured(config, options, signal)
  const materials = prepare(dataset, config)
  const own = options.pretend ? prepare(trainPart(dataset, materials.split), { ...config, split: { ...config.split, kind: 'random' } }) : materials
  const bar = progressBar('audit', 'questions', options.questions)
  const lab = new Lab(own, engineOf(options, config), options.seed, { signal, ...chatOptionsOf(options) })
  const report = await auditJudge(lab, chatModel(config.llm).name, options.questions, () => bar.step()).finally(() => bar.stop())
  keepVerdict(config, options.answers, report)
  if (options.json) printJson({ dataset: own.dataset.name, fingerprint: own.dataset.fingerprint, prompt: config.augmentation.prompt, ...report })
  else process.stdout.write(describe(report) + '\n')
}

/** The last verdict on a server's model and prompt lies beside its answers. */
function verdictFile({ llm, augmentation }: ExperimentConfig, answers: string): string {
  const { prompt, asking, calibrate } = augmentation
  const key = JSON.stringify([backendOf(llm), llm.model, prompt, asking, calibrate])
  return join(answers, 'audits', `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`)
}

function keepVerdict(config: ExperimentConfig, answers: string | undefined, { passed, verdict }: JudgeReport): void {
  if (backendOf(config.llm) === undefined || answers === undefined) return
  mkdirSync(join(answers, 'audits'), { recursive: true })
  writeAtomically(verdictFile(config, answers), JSON.stringify({ passed, verdict }) + '\n')
}

/** @throws InputError when the judge failed its last audit */
export function refuseFailedJudge(config: ExperimentConfig, answers: string | undefined): void {
  if (backendOf(config.llm) === undefined || answers === undefined) return
  const file = verdictFile(config, answers)
  if (!existsSync(file)) return
  const { passed, verdict } = JSON.parse(readFileSync(file, 'utf8')) as Pick<JudgeReport, 'passed' | 'verdict'>
  if (!passed) throw new InputError(`${chatModel(config.llm).name} failed its last audit (${verdict}); use another judge, audit again, or say --anyway`)
}

function describe(report: JudgeReport): string {
  const { judge, questions, accuracy, mapAccuracy, whereMapWrong, whereMapRight, flipRate, firstPositionShare, addedBits, unanswered } = report
  const rows = [
    ['right', accuracy],
    ['content map right', mapAccuracy],
    ['right where the content map is wrong', whereMapWrong],
    ['right where it is right', whereMapRight],
    ['two orders, same position (flip)', flipRate],
    ['first position chosen', firstPositionShare],
    ...report.byHistory.map(({ items, accuracy }) => [`right, histories of ${items} items`, accuracy] as const),
    ...report.byCategory.map(({ category, accuracy }) => [`right, ${category.replace(/\p{Cc}/gu, ' ').slice(0, 40)}`, accuracy] as const),
    ...report.calibration.map(({ claimed, accuracy }) => [`right, where the margin claims ${(100 * claimed).toFixed(0)} %`, accuracy] as const),
  ] as [string, JudgeReport['accuracy']][]
  return [
    `${judge}: ${questions} questions${flipRate.n > 0 ? ' in both orders' : ''}, ${unanswered} without a usable answer; chance 50 %`,
    '',
    grid(['share', 'mean ± SE', 'n', '0 %       chance      100 %'], rows.filter(([, { n }]) => n > 0).map(([name, share]) => [name, show(share), String(share.n), bar(share)])),
    '',
    `an answer adds ${addedBits.toFixed(3)} bits to what the content map says`,
    report.verdict,
  ].join('\n')
}

/** A share of 24 half cells with its standard error, over a mark at chance. */
function bar({ share, standardError }: JudgeReport['accuracy']): string {
  const width = 24
  const at = (x: number) => Math.max(0, Math.min(width - 1, Math.round(x * width - 0.5)))
  const cells = Array.from({ length: width }, (_, k): string => (k === width / 2 ? '|' : '·'))
  for (let k = at(share - standardError); k <= at(share + standardError); k++) cells[k] = '─'
  cells[at(share)] = '●'
  return cells.join('')
}
