#!/usr/bin/env node
import { Command } from 'commander'
import { UnderstudyError } from '../util/errors.js'
import { adviseCommand } from './advise.js'
import { answersCommand } from './answers.js'
import { auditCommand } from './audit.js'
import { augmentCommand } from './augment.js'
import { benchCommand } from './bench.js'
import { dataCommand } from './data.js'
import { doctorCommand } from './doctor.js'
import { evaluateCommand } from './evaluate.js'
import { featuresCommand } from './features.js'
import { notebookCommand } from './notebook.js'
import { reportCommand } from './report.js'
import { runCommand } from './run.js'
import { selectCommand } from './select.js'
import { trainCommand } from './train.js'

const program = new Command('understudy')
  .description('Which users should a language model stand in for, so that new items can be recommended?')
  .addCommand(dataCommand())
  .addCommand(featuresCommand())
  .addCommand(selectCommand())
  .addCommand(augmentCommand())
  .addCommand(trainCommand())
  .addCommand(evaluateCommand())
  .addCommand(runCommand())
  .addCommand(reportCommand())
  .addCommand(notebookCommand())
  .addCommand(adviseCommand())
  .addCommand(auditCommand())
  .addCommand(answersCommand())
  .addCommand(benchCommand())
  .addCommand(doctorCommand())

usageErrorsExitWith2(program)

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof UnderstudyError)) throw error
  process.stderr.write(`understudy: ${error.message}\n`)
  process.exitCode = error.exitCode
}

/** Bad flags are bad input: 2, as for every other; help and version stay 0. */
function usageErrorsExitWith2(command: Command): void {
  command.exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  for (const inner of command.commands) usageErrorsExitWith2(inner as Command)
}
