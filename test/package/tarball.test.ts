import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (...path: string[]) => readFileSync(join(root, ...path), 'utf8')
const texts = ['CHANGELOG.md', 'LICENSE', 'NOTICE', 'README.md', 'package.json']
/** Parts of others, which NOTICE has to name. */
const foreign = ['dist/llm/o200k.js', 'dist/two-tower/engines/kernel.wasm']
let packed: string[] = []

beforeAll(() => {
  const shell = process.platform === 'win32'
  const args = ['pack', '--dry-run', '--ignore-scripts', '--json']
  const { stdout } = spawnSync('npm', args, { cwd: root, encoding: 'utf8', shell })
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }]
  packed = files.map(({ path }) => path)
})

it('the tarball holds what is compiled from src, what NOTICE names, and nothing else', () => {
  const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.includes('.') && !path.includes('/assembly/') && !/\.d\.ts$/.test(path))
  const compiled = sources.flatMap((path) =>
    path.endsWith('.ts')
      ? ['.js', '.d.ts'].map((end) => `dist/${path.replace(/\.ts$/, end)}`)
      : [`dist/${path}`],
  )
  const expected = [...texts, ...compiled, ...foreign, 'dist/llm/o200k.LICENSE']
  expect([...packed].sort()).toEqual(expected.sort())
})

it('no packed file points to a map that is not there, or to a folder of this machine', () => {
  const wrong = packed.filter((path) => {
    const text = read(path)
    return text.includes('sourceMappingURL') || text.includes(root)
  })
  expect(wrong).toEqual([])
})

it('NOTICE names every part of others, in the versions that are built in', () => {
  const notice = read('NOTICE')
  for (const path of foreign) expect(notice).toContain(`${path}\n`)
  for (const name of ['gpt-tokenizer', 'assemblyscript']) {
    const { version } = JSON.parse(read('node_modules', name, 'package.json')) as Record<
      string,
      string
    >
    expect(notice.toLowerCase()).toContain(`${name} ${version}`)
  }
  const [, ...licence] = read('node_modules/gpt-tokenizer/LICENSE').split(/\n\n/)
  for (const paragraph of licence) expect(notice).toContain(paragraph.trim())
  // Whatever rolldown puts beside the tokenizer would be another part.
  const bundled = [...read('dist/llm/o200k.js').matchAll(/^\/\/ node_modules\/([^/]+)/gm)]
  expect([...new Set(bundled.map(([, name]) => name))]).toEqual(['gpt-tokenizer'])
})
