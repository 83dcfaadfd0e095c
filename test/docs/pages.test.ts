import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, it } from 'vitest'
import { readSettings } from '#src/experiment/config.js'
import { featureRegistry } from '#src/features/feature-registry.js'
import { commandsPage, helpOfAll } from '../../scripts/docs/commands.mjs'
import { configurationPage } from '../../scripts/docs/configuration.mjs'

const root = fileURLToPath(new URL('../../', import.meta.url))
const text = (path: string) => readFileSync(join(root, path), 'utf8')
const filesIn = (folder: string, ending: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name))
const source = filesIn('src', '.ts').map(text).join('\n')

/** Cells of the tables of a page, a row a line. */
const rowsOf = (page: string) =>
  [...page.matchAll(/^\|(.+)\|$/gm)].map(([, row]) => row.split(/(?<!\\)\|/).map((c) => c.trim()))

let configuration: string
beforeAll(() => {
  configuration = configurationPage()
})

it('page Commands has every command, with the flags that it shares with others', async () => {
  const page = await commandsPage()
  const commands = await helpOfAll(false)
  expect([...page.matchAll(/^## (.+)$/gm)].map(([, path]) => path)).toEqual(
    commands.map(({ path }) => path),
  )
  expect(page).toContain('## understudy data inspect\n\n```text\nUsage: understudy data inspect')
  expect(page).not.toContain('More flags')
})

const leaves = (value: unknown, path: string): [string, unknown][] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && path !== 'llm.extra'
    ? Object.entries(value).flatMap(([name, inner]) =>
        leaves(inner, path === '' ? name : `${path}.${name}`),
      )
    : [[path, value]]

it('page Configuration has every setting with its values, its default and what it means', () => {
  const entries = configuration.split('\n').filter((line) => line.startsWith('- '))
  const of = (path: string) => entries.find((line) => line.startsWith(`- \`${path}\``))
  const { config, runtime } = readSettings({})
  for (const [path, value] of [...leaves(config, ''), ...leaves(runtime, '')]) {
    const plain = typeof value === 'string' && value !== '>' ? value : JSON.stringify(value)
    expect(of(path)).toMatch(/ \(.+; default `/)
    expect(of(path)).toContain(`; default \`${plain}\`)`)
  }
  expect(of('policy.learningRate')).toMatch(
    /^\S+ \S+ \(number, above 0\): Step size on the weights\. /,
  )
  expect(of('policy.scorer')).toContain('(`linear`, `mlp`, or a custom one; default `linear`)')
  expect(of('split.kind')).toContain('(`temporal`, `random`, `leave-one-out`; default `temporal`)')
  const untold = entries.filter((line) => !/`(?: \(.+\))?: \S/.test(line))
  expect(untold).toEqual([])
})

it('page Configuration has every variable of understudy that the source reads', () => {
  const read = [...source.matchAll(/process\.env\['(UNDERSTUDY_\w+)'\]/g)].map(([, name]) => name)
  expect(read).toContain('UNDERSTUDY_DATA')
  for (const name of read) expect(configuration).toContain(`| \`${name}\` |`)
})

it('docs/features.md has every feature as the registry has it', () => {
  const rows = rowsOf(text('docs/features.md')).slice(2)
  expect(rows.map(([name, title, , unit, needs]) => ({ name, title, unit, needs }))).toEqual(
    featureRegistry
      .entries()
      .map(({ name, title, unit, needs }) => ({ name, title, unit, needs: needs.join(', ') })),
  )
})

it('docs/glossary.md has words that the source uses', () => {
  const words = rowsOf(text('docs/glossary.md'))
    .slice(2)
    .flatMap(([cell]) => cell.replaceAll('`', '').split(', '))
  expect(words.length).toBeGreaterThan(30)
  const used = source.toLowerCase()
  expect(words.filter((word) => !used.includes(word.toLowerCase()))).toEqual([])
})

/** A heading as GitHub and TypeDoc name its anchor. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-')

const pages = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...filesIn('docs', '.md').filter((path) => !path.includes('site')),
  'data/README.md',
]

it.each(pages)('%s has no broken link', (path) => {
  const links = [...text(path).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link)
  const broken = links
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [file, fragment] = link.split('#')
      const target = file === '' ? path : join(dirname(path), file)
      if (!existsSync(join(root, target))) return true
      const headings = () => [...text(target).matchAll(/^#+ (.+)$/gm)].map(([, h]) => anchor(h))
      return fragment !== undefined && !headings().includes(fragment)
    })
  expect(broken).toEqual([])
})
