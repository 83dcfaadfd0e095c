import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'understudy-'))
const megabytes = 165

/** Runs a program in the empty project; its output where it succeeds. */
function run(command: string, ...args: string[]): string {
  const { status, stdout, stderr } = attempt(command, ...args)
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`)
  return stdout
}

function attempt(command: string, ...args: string[]) {
  const shell = process.platform === 'win32'
  return spawnSync(command, args, { cwd: folder, encoding: 'utf8', shell })
}

// Packed as it is built, and installed into an empty project without running an install script.
beforeAll(() => {
  const project = { name: 'empty', version: '0.0.0', private: true, type: 'module' }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(project))
  const report = run('npm', 'pack', root, '--ignore-scripts', '--json')
  const [{ filename }] = JSON.parse(report) as [{ filename: string }]
  run('npm', 'install', join(folder, filename), '--ignore-scripts', '--no-audit', '--no-fund')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('npm sbom lists the package and every dependency of it', () => {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  const bill = JSON.parse(run('npm', 'sbom', '--sbom-format', 'cyclonedx')) as {
    components: { name: string }[]
  }
  expect(bill.components.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['understudy', ...Object.keys(dependencies)]),
  )
})

it(`the package weighs at most ${megabytes} MB with all that it depends on, and leaves tsc alone`, () => {
  const modules = join(folder, 'node_modules')
  const onDisk = readdirSync(modules, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name)).size)
    .reduce((sum, size) => sum + 4096 * Math.ceil(size / 4096), 0)
  expect(onDisk / 1e6).toBeLessThanOrEqual(megabytes)
  expect(readdirSync(join(modules, '.bin'))).not.toContain('tsc')
  expect(attempt('npm', 'ls', '--all').status).toBe(0)
})

it("the README's example passes strict types, and runs on the generated shop", () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const [, example] = /^## As a library$[\s\S]*?^```ts\n([\s\S]*?)^```$/m.exec(readme)!
  writeFileSync(join(folder, 'example.ts'), example.replace(/(?<=name: ')[^']+(?=')/, 'synthetic'))
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const strict = ['--strict', '--module', 'nodenext', '--target', 'es2022', '--outDir', '.']
  expect(attempt(process.execPath, tsc, ...strict, 'example.ts').stdout).toBe('')
  run(process.execPath, 'example.js')
})

it('the package runs the whole loop and writes a report with figures', () => {
  expect(run('npx', 'understudy', '--help')).toContain('Place new items:')
  run('npx', 'understudy', 'run', 'policy-vs-baselines', '--size', 'smoke', '--out', 'run')
  run('npx', 'understudy', 'report', 'run')
  expect(readFileSync(join(folder, 'run', 'report', 'report.html'), 'utf8')).toContain('Plotly')
  // The offline reader's answers are free, and not stored.
  expect(attempt('npx', 'understudy', 'answers', 'stats').stderr).toContain(
    'understudy: there is no answer store in runs/answers\n',
  )
})

it('the package says in a line how to install what few need', () => {
  const cells = [{ cell_type: 'code', source: '1', metadata: {} }]
  writeFileSync(join(folder, 'one.ipynb'), JSON.stringify({ nbformat: 4, metadata: {}, cells }))
  const notebook = attempt('npx', 'understudy', 'notebook', 'run', 'one.ipynb')
  expect(notebook.status).toBe(2)
  expect(notebook.stderr).toContain(
    'understudy: running a notebook needs tslab: npm install tslab@1.0.22\n',
  )
  expect(attempt('npx', 'understudy', 'report', 'run').stderr).toContain(
    'a picture of a figure needs playwright-core: npm install playwright-core@1.57',
  )
})
