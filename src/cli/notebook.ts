import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { codeOf, readNotebook } from '../notebook/notebook-file.js'
import { type Results, runNotebook } from '../notebook/run-notebook.js'
import { ConfigError, ExecutionError, InputError } from '../util/errors.js'
import { checkFile } from '../util/files.js'
import { interruption } from './interrupt.js'
import { isJsonLog } from '../util/log.js'
import { collect, onNotice, printJson, wholeNumber } from './options.js'

/** Folders of the notebooks and of the kernel's specification. */
const root = fileURLToPath(new URL('../../', import.meta.url))

interface RunOptions {
  param: [string, unknown][]
  check?: boolean
  timeout: number
  json?: boolean
}

export function notebookCommand(): Command {
  return new Command('notebook')
    .description('Opens the notebooks in JupyterLab, with the TypeScript kernel.')
    .addHelpText(
      'after',
      '\nExamples:\n  understudy notebook\n  understudy notebook run\n  understudy notebook run notebooks/05-policy-versus-baselines.ipynb \\\n    --param dataset=amazon-2014/Beauty',
    )
    .action(openLab)
    .addCommand(
      new Command('run')
        .description('run notebooks without Python, and write the outputs into them')
        .argument('[files...]', 'notebooks (default: all in notebooks/)')
        .option(
          '--param <name=value>',
          'set a parameter of the notebooks (repeatable)',
          collect,
          [],
        )
        .option('--check', 'do not change the files')
        .option('--timeout <seconds>', 'longest time that one cell may take', wholeNumber(1), 3600)
        .option('--json', 'print one JSON document to stdout and nothing else')
        .addHelpText(
          'after',
          '\nExamples:\n  understudy notebook run --check\n  understudy notebook run notebooks/00-quick-start.ipynb --param procedures=4',
        )
        .action(runAll),
    )
}

/** Runs all notebooks, even if one fails; the exit status says whether one did. */
async function runAll(
  files: string[],
  { param, check = false, timeout, json }: RunOptions,
): Promise<void> {
  const wanted = files.length > 0 ? files : ownNotebooks()
  for (const file of wanted) {
    codeOf(readNotebook(file), Object.fromEntries(param))
    if (!check) checkFile(file)
  }
  const signal = interruption()
  const outcomes: { file: string; seconds: number; results?: Results; error?: string }[] = []
  for (const file of wanted) {
    const started = performance.now()
    const say = (text: string) => {
      if (!process.stderr.isTTY || isJsonLog()) return
      process.stderr.write('\r\x1b[K')
      process.stderr.write(`${file}: ${text}`)
    }
    const outcome = await runNotebook(file, {
      parameters: Object.fromEntries(param),
      timeoutSeconds: timeout,
      check,
      signal,
      onCell: (cell, total) => say(`cell ${cell}/${total}`),
    }).then(
      (results) => ({ results }),
      (error: unknown) => {
        if (!(error instanceof ExecutionError) || signal.aborted) throw error
        return { error: error.message }
      },
    )
    const seconds = Math.round((performance.now() - started) / 100) / 10
    say('')
    onNotice(
      `${'error' in outcome ? 'FAIL' : 'ok  '}  ${file}  ${seconds} s${'error' in outcome ? `\n      ${outcome.error}` : ''}`,
    )
    outcomes.push({ file, seconds, ...outcome })
  }
  if (json) printJson({ notebooks: outcomes })
  const failed = outcomes.filter(({ error }) => error !== undefined).length
  if (failed > 0) throw new ExecutionError(`${failed} of ${wanted.length} notebooks failed`)
}

function ownNotebooks(): string[] {
  const folder = join(root, 'notebooks')
  const names = existsSync(folder) ? readdirSync(folder) : []
  const notebooks = names.filter((name) => name.endsWith('.ipynb')).sort()
  if (notebooks.length === 0)
    throw new InputError(`there are no notebooks in ${folder}; name files: notebook run FILE`)
  return notebooks.map((name) => join(folder, name))
}

async function openLab(): Promise<void> {
  const kernels = join(root, 'jupyter')
  if (!existsSync(kernels))
    throw new ConfigError(
      `there is no ${kernels}: the notebooks are in the repository, not in the package`,
    )
  const lab = spawn('jupyter', ['lab', '--notebook-dir', root], {
    stdio: 'inherit',
    env: {
      ...process.env,
      JUPYTER_PATH: [kernels, process.env['JUPYTER_PATH']]
        .filter(Boolean)
        .join(process.platform === 'win32' ? ';' : ':'),
    },
  })
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => lab.kill(signal))
  await new Promise<void>((resolve, reject) => {
    lab.on('error', () =>
      reject(
        new ConfigError(
          'JupyterLab is not installed: pip install jupyterlab plotly. `understudy notebook run` works without it',
        ),
      ),
    )
    lab.on('close', (code) =>
      code === 0
        ? resolve()
        : reject(new ExecutionError(`JupyterLab ended with exit status ${code}`)),
    )
  })
}
