import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { understudy } from '../support/command.js'
import { cellsOf, notebookOf } from '../support/notebooks.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const folder = join(root, '.setup', 'jupyter')
const bin = join(folder, process.platform === 'win32' ? 'Scripts' : 'bin')

/**
 * Jupyter's own client in a Python environment of its own; undefined where there is no Python or no
 * package index.
 */
function install(): string | undefined {
  try {
    if (!existsSync(join(bin, 'jupyter-execute'))) {
      execFileSync('python3', ['-m', 'venv', folder], { stdio: 'pipe' })
      execFileSync(
        join(bin, 'pip'),
        ['install', '--quiet', 'nbclient==0.10.2', 'nbformat==5.10.4'],
        { stdio: 'pipe', timeout: 1_200_000 },
      )
    }
    return undefined
  } catch (error) {
    return `no Jupyter: ${(error as Error).message.split('\n')[0]}`
  }
}

const env = {
  ...process.env,
  JUPYTER_PATH: join(root, 'jupyter'),
  PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
}
const execute = (...args: string[]) =>
  spawnSync(join(bin, 'jupyter-execute'), args, { encoding: 'utf8', env })
const python = (code: string, ...args: string[]) =>
  spawnSync(join(bin, 'python'), ['-c', code, ...args], { encoding: 'utf8', env })

const missing = install()
if (missing) console.warn(`skipped: ${missing}`)

describe.skipIf(missing !== undefined)('the kernel under Jupyter’s own client', () => {
  let file = ''
  beforeAll(() => {
    file = notebookOf(
      'let n = 2',
      'console.log(n); console.error("to stderr"); n + 1',
      'const bar = await new Promise<string>((go) => setTimeout(() => go("awaited"), 20))',
      'bar',
    )
    const { status, stderr } = execute('--inplace', '--timeout=3600', file)
    expect(stderr).not.toContain('Traceback')
    expect(status).toBe(0)
  })

  it('runs cells with numbers, streams and values', () => {
    const cells = cellsOf(file)
    expect(cells.map(({ execution_count: count }) => count)).toEqual([1, 2, 3, 4])
    const text = (cell: number) =>
      cells[cell].outputs!.map(({ name, text }) => `${name}: ${text!.join('')}`).join('')
    expect(text(1)).toContain('stdout: 2\n')
    expect(text(1)).toContain('stderr: to stderr\n')
    expect(text(3)).toContain('awaited')
  })

  it.each([
    ['throw new RangeError("too far")', 'RangeError', 'too far'],
    ['const n: number = "x"', 'TypeScriptError', 'not assignable'],
    ['Promise.reject(new RangeError("unseen")); 1', 'RangeError', 'unseen'],
  ])(
    'reports %s as an error with name and message, and runs no later cell',
    (code, name, message) => {
      const broken = notebookOf('1', code, 'console.log("after")')
      const { stdout } = python(
        `
import sys, nbformat, nbclient
notebook = nbformat.read(sys.argv[1], 4)
try:
    nbclient.NotebookClient(notebook, timeout=3600, resources={'metadata': {'path': '.'}}).execute()
    print('passed')
except nbclient.exceptions.CellExecutionError as error:
    print(error.ename, '|', error.evalue, '|', len(notebook.cells[2].outputs))
`,
        broken,
      )
      expect(stdout).toMatch(new RegExp(`^${name} \\| .*${message}.* \\| 0\n$`))
    },
  )

  it('runs the quick start, charts and all', () => {
    const target = join(root, 'notebooks', '00-quick-start.ipynb')
    const before = readFileSync(target, 'utf8')
    const { status, stderr } = execute(
      '--timeout=3600',
      `--output=../.setup/jupyter/quick-start`,
      target,
    )
    expect(stderr).toContain('Save executed results')
    expect(status).toBe(0)
    expect(readFileSync(target, 'utf8')).toBe(before)
    const shown = cellsOf(join(folder, 'quick-start.ipynb')).flatMap(({ outputs }) => outputs ?? [])
    expect(
      shown.some(
        ({ data }) =>
          data?.['application/vnd.plotly.v1+json'] !== undefined && data['image/png'] !== undefined,
      ),
    ).toBe(true)
    expect(shown.some(({ output_type: type }) => type === 'error')).toBe(false)
  })

  it('finds what the runner without Python writes to be a valid notebook', () => {
    const made = notebookOf('console.log("a\\nb"); 1', 'throw new Error("x")')
    understudy('notebook', 'run', made)
    for (const name of [made, join(root, 'notebooks', '05-policy-versus-baselines.ipynb')])
      expect(
        python(
          'import sys, nbformat; nbformat.validate(nbformat.read(sys.argv[1], 4)); print("valid")',
          name,
        ).stdout,
      ).toBe('valid\n')
  })
})
