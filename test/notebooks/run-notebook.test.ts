import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { start, understudy } from '../support/command.js'
import { cellsOf, notebookOf } from '../support/notebooks.js'

const broken: [string, string, string][] = [
  ['a throw', 'throw new RangeError("too far")', 'RangeError: too far'],
  ['a throw after an await', 'await new Promise((go) => setTimeout(go, 20)); throw new RangeError("later")', 'RangeError: later'],
  ['a type error', 'const n: number = "x"', "Type 'string' is not assignable to type 'number'"],
  ['a type error of strict types alone', 'const f = (x) => x', "implicitly has an 'any' type"],
  ['a rejection that nobody awaits', 'Promise.reject(new RangeError("unseen")); 1', 'RangeError: unseen'],
  ['a rejection of an async function that nobody awaits', 'const f = async () => { await null; throw new RangeError("unseen") }; f(); 1', 'RangeError: unseen'],
  ['a throw in a timer', 'setTimeout(() => { throw new RangeError("timer") }, 0); await new Promise((go) => setTimeout(go, 30))', 'RangeError: timer'],
  ['a thrown text', 'throw "just text"', 'just text'],
  ['the end of the process', 'process.exit(0)', 'ended the process'],
  ['a name that is not there', 'console.log(nowhere)', "Cannot find name 'nowhere'"],
]

it.each(broken)('fails on %s, names the cell, and keeps what was shown before', (_, code, message) => {
  const file = notebookOf('console.log("before")', code, 'console.log("after")')
  const { status, stderr } = understudy('notebook', 'run', file)
  expect(status).toBe(1)
  expect(stderr).toContain(`${file}: cell 2`)
  expect(stderr).toContain(message)
  const [first, , third] = cellsOf(file)
  expect(first.outputs).toEqual([{ output_type: 'stream', name: 'stdout', text: ['before\n'] }])
  expect(third.outputs).toEqual([])
})

it('writes the error into the cell with name, message and a traceback without the kernel', () => {
  const file = notebookOf('const f = () => { throw new RangeError("deep") }', 'f()')
  understudy('notebook', 'run', file)
  const [error] = cellsOf(file)[1].outputs! as { output_type: string; ename: string; evalue: string; traceback: string[] }[]
  expect(error).toMatchObject({ output_type: 'error', ename: 'RangeError', evalue: 'deep' })
  expect(error.traceback.join('\n')).not.toContain('tslab')
})

it('fails on an endless loop when its time is over', () => {
  const file = notebookOf('1', 'for (;;);')
  const { status, stderr } = understudy('notebook', 'run', file, '--timeout', '2')
  expect(status).toBe(1)
  expect(stderr).toContain('cell 2 ran longer than 2 s')
})

it('goes on with the other notebooks, and fails as a whole', () => {
  const { status, stdout, stderr } = understudy('notebook', 'run', notebookOf('throw new Error("one")'), notebookOf('1 + 1'), '--json')
  expect(status).toBe(1)
  expect((JSON.parse(stdout) as { notebooks: { error?: string }[] }).notebooks.map(({ error }) => error !== undefined)).toEqual([true, false])
  expect(stderr).toContain('1 of 2 notebooks failed')
})

it('sees names, types and imports of earlier cells, awaits, and shows the last value', () => {
  const file = notebookOf('let n = 2', "import { createHash } from 'node:crypto'\nconst twice = async (x: number) => 2 * x", 'const m = await twice(n)', 'createHash("md5").update(String(m)).digest("hex").slice(0, 4)')
  expect(understudy('notebook', 'run', file).status).toBe(0)
  const cells = cellsOf(file)
  expect(cells.map(({ execution_count: count }) => count)).toEqual([1, 2, 3, 4])
  expect(cells[3].outputs![0].text).toEqual(['a87f\n'])
})

it('keeps writes to stdout and stderr apart and in order', () => {
  const file = notebookOf('console.log("a"); console.log("b"); console.error("c"); void process.stdout.write("d")')
  understudy('notebook', 'run', file)
  const shown = cellsOf(file)[0].outputs!.map(({ name, text }) => [name, text!.join('')])
  expect(shown).toEqual([['stdout', 'a\nb\n'], ['stderr', 'c\n'], ['stdout', 'd']])
})

it('sets parameters, and leaves the file as it is with --check', () => {
  const file = notebookOf('let budget = 1\nlet names: string[] = []', 'console.log(budget + 1, names)')
  const before = readFileSync(file, 'utf8')
  expect(understudy('notebook', 'run', file, '--param', 'budget=41', '--param', 'names=["a"]', '--check').status).toBe(0)
  expect(readFileSync(file, 'utf8')).toBe(before)
  understudy('notebook', 'run', file, '--param', 'budget=41', '--param', 'names=["a"]')
  const [parameters, cell] = cellsOf(file)
  expect(cell.outputs![0].text).toEqual(["42 [ 'a' ]\n"])
  expect(parameters.source.join('')).toBe('let budget = 1\nlet names: string[] = []')
})

it('refuses a parameter that is not there, of the wrong type, and files that are no notebooks', () => {
  const file = notebookOf('let budget = 1')
  expect(understudy('notebook', 'run', file, '--param', 'bugdet=2').stderr).toContain('there is no parameter "bugdet"; known: budget')
  expect(understudy('notebook', 'run', file, '--param', 'budget=many').stderr).toContain("Type 'string' is not assignable to type 'number'")
  const other = join(mkdtempSync(join(tmpdir(), 'understudy-')), 'x.ipynb')
  writeFileSync(other, '{"nbformat": 3}')
  expect(understudy('notebook', 'run', other)).toMatchObject({ status: 2, stderr: expect.stringContaining('expected a notebook of nbformat 4') as string })
})

it('a text in a parameter stays a text', () => {
  const file = notebookOf('let name = ""', 'console.log(name)')
  const hostile = '"; process.exit(3); "${process.exit(3)}'
  expect(understudy('notebook', 'run', file, '--param', `name=${hostile}`).status).toBe(0)
  expect(cellsOf(file)[1].outputs![0].text!.join('')).toBe(hostile + '\n')
})

it('Ctrl-C stops it and ends the notebook’s process', async () => {
  const file = notebookOf('console.log(process.pid); await new Promise(() => setInterval(() => 1, 1000))')
  const { process: child, ended } = start('notebook', 'run', file)
  setTimeout(() => child.kill('SIGINT'), 4000)
  expect((await ended).status).toBe(130)
})
