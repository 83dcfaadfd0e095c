import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runNotebook } from '#src/notebook/run-notebook.js'
import { ExecutionError } from '#src/util/errors.js'
import { understudy } from '../support/command.js'
import { cellsOf, notebookOf } from '../support/notebooks.js'

/** As `understudy notebook run` does, without its start. */
const run = (file: string, parameters: Record<string, unknown> = {}, check = false) =>
  runNotebook(file, { parameters, check, timeoutSeconds: 3600 })

// What makes a cell fail: test/notebooks/session.test.ts.
const broken: [string, string, string][] = [
  ['a throw', 'throw new RangeError("too far")', 'RangeError: too far'],
  [
    'a rejection that nobody awaits',
    'Promise.reject(new RangeError("unseen")); 1',
    'RangeError: unseen',
  ],
  ['the end of the process', 'process.exit(0)', 'ended the process'],
]

it.each(broken)(
  'a notebook fails on %s, names the cell, and keeps what was shown before',
  async (_, code, message) => {
    const file = notebookOf('console.log("before")', code, 'console.log("after")')
    const error = await run(file).catch((error: unknown) => error as Error)
    expect(error).toBeInstanceOf(ExecutionError)
    expect((error as Error).message).toContain(`${file}: cell 2`)
    expect((error as Error).message).toContain(message)
    const [first, , third] = cellsOf(file)
    expect(first.outputs).toEqual([{ output_type: 'stream', name: 'stdout', text: ['before\n'] }])
    expect(third.outputs).toEqual([])
  },
)

it('a failed cell holds the error, with name, message and a traceback without the kernel', async () => {
  const file = notebookOf('const f = () => { throw new RangeError("deep") }', 'f()')
  await expect(run(file)).rejects.toThrow('RangeError: deep')
  const [error] = cellsOf(file)[1].outputs! as {
    output_type: string
    ename: string
    evalue: string
    traceback: string[]
  }[]
  expect(error).toMatchObject({ output_type: 'error', ename: 'RangeError', evalue: 'deep' })
  expect(error.traceback.join('\n')).not.toContain('tslab')
})

it('an endless loop fails when its time is over', () => {
  // One cell, whatever the kernel's own start takes.
  const file = notebookOf('for (;;);')
  const { status, stderr } = understudy('notebook', 'run', file, '--timeout', '2')
  expect(status).toBe(1)
  expect(stderr).toContain('cell 1 ran longer than 2 s')
})

it('a failed notebook lets the others run, and fails the command', () => {
  const { status, stdout, stderr } = understudy(
    'notebook',
    'run',
    notebookOf('throw new Error("one")'),
    notebookOf('1 + 1'),
    '--json',
  )
  expect(status).toBe(1)
  expect(
    (JSON.parse(stdout) as { notebooks: { error?: string }[] }).notebooks.map(
      ({ error }) => error !== undefined,
    ),
  ).toEqual([true, false])
  expect(stderr).toContain('1 of 2 notebooks failed')
})

it('a cell sees names, types and imports of earlier ones, awaits, and shows its last value', async () => {
  const file = notebookOf(
    'let n = 2',
    "import { createHash } from 'node:crypto'\nconst twice = async (x: number) => 2 * x",
    'const m = await twice(n)',
    'createHash("md5").update(String(m)).digest("hex").slice(0, 4)',
  )
  await run(file)
  const cells = cellsOf(file)
  expect(cells.map(({ execution_count: count }) => count)).toEqual([1, 2, 3, 4])
  expect(cells[3].outputs![0].text).toEqual(['a87f\n'])
})

it('a cell keeps writes to stdout and stderr apart and in order', async () => {
  const file = notebookOf(
    'console.log("a"); console.log("b"); console.error("c"); void process.stdout.write("d")',
  )
  await run(file)
  const shown = cellsOf(file)[0].outputs!.map(({ name, text }) => [name, text!.join('')])
  expect(shown).toEqual([
    ['stdout', 'a\nb\n'],
    ['stderr', 'c\n'],
    ['stdout', 'd'],
  ])
})

it('the command sets parameters, and leaves the file as it is with --check', async () => {
  const file = notebookOf(
    'let budget = 1\nlet names: string[] = []',
    'console.log(budget + 1, names)',
  )
  const before = readFileSync(file, 'utf8')
  expect(
    understudy('notebook', 'run', file, '--param', 'budget=41', '--param', 'names=["a"]', '--check')
      .status,
  ).toBe(0)
  expect(readFileSync(file, 'utf8')).toBe(before)
  await run(file, { budget: 41, names: ['a'] })
  const [parameters, cell] = cellsOf(file)
  expect(cell.outputs![0].text).toEqual(["42 [ 'a' ]\n"])
  expect(parameters.source.join('')).toBe('let budget = 1\nlet names: string[] = []')
  expect(parameters.outputs).toEqual([])
})

it('the command refuses an unknown parameter, a wrong type, and a file that is no notebook', () => {
  const file = notebookOf('let budget = 1')
  expect(understudy('notebook', 'run', file, '--param', 'bugdet=2').stderr).toContain(
    'there is no parameter "bugdet"; known: budget',
  )
  expect(understudy('notebook', 'run', file, '--param', 'budget=many').stderr).toContain(
    "Type 'string' is not assignable to type 'number'",
  )
  const other = join(mkdtempSync(join(tmpdir(), 'understudy-')), 'x.ipynb')
  writeFileSync(other, '{"nbformat": 3}')
  expect(understudy('notebook', 'run', other)).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('expected a notebook of nbformat 4') as string,
  })
})

it('a text in a parameter stays a text', async () => {
  const file = notebookOf('let name = ""', 'console.log(name)')
  const hostile = '"; process.exit(3); "${process.exit(3)}'
  await run(file, { name: hostile })
  expect(cellsOf(file)[1].outputs![0].text!.join('')).toBe(hostile + '\n')
})
