import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { ExperimentConfig } from '../experiment/config.js'
import { fingerprintOf, chatModel } from '../llm/model.js'
import { InputError } from '../util/errors.js'
import { writeAtomically } from '../util/files.js'
import type { JudgeReport } from './judge-report.js'
import { sha256 } from '../util/sha256.js'

/** What is kept of an audit. */
const keptVerdict = z.object({ passed: z.boolean(), verdict: z.string() })

/** The last verdict on a server's model and prompt lies beside its answers. */
function verdictFile({ llm, augmentation }: ExperimentConfig, answers: string): string {
  const { prompt, asking, calibrate } = augmentation
  const key = JSON.stringify([fingerprintOf(llm), llm.model, prompt, asking, calibrate])
  return join(answers, 'audits', `${sha256(key).slice(0, 32)}.json`)
}

/** Keeps the verdict on a server's judge for `refuseFailedJudge`. */
export function keepVerdict(
  config: ExperimentConfig,
  answers: string | undefined,
  { passed, verdict }: JudgeReport,
): void {
  if (fingerprintOf(config.llm) === undefined || answers === undefined) return
  mkdirSync(join(answers, 'audits'), { recursive: true })
  writeAtomically(verdictFile(config, answers), JSON.stringify({ passed, verdict }) + '\n')
}

/**
 * Refuses to pay a judge whose last audit said not to. The one gate of all commands that ask.
 * @param onNotice - told where the kept verdict is damaged, and so counts for nothing
 * @throws InputError when it failed
 */
export function refuseFailedJudge(
  config: ExperimentConfig,
  answers: string | undefined,
  onNotice?: (line: string) => void,
): void {
  if (fingerprintOf(config.llm) === undefined || answers === undefined) return
  const file = verdictFile(config, answers)
  if (!existsSync(file)) return
  const kept = read(file)
  if (kept === undefined)
    onNotice?.(
      `${file} is damaged, so the last verdict on this judge is lost: audit the judge again`,
    )
  else if (!kept.passed)
    throw new InputError(
      `${chatModel(config.llm).name} failed its last audit (${kept.verdict}); use another judge, audit again, or use --anyway`,
    )
}

function read(file: string): z.infer<typeof keptVerdict> | undefined {
  try {
    return keptVerdict.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return undefined
  }
}
