import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const document = readFileSync(join(root, 'docs', 'extending.md'), 'utf8')
/** Inside the package, so that its own name is found. */
const folder = join(root, '.setup', `extending-${process.pid}`)

const examples = [...document.matchAll(/^## (.+)$[^]*?^```ts\n([^]*?)^```$/gm)].map(
  ([, title, code]) => ({ title, code, name: title.toLowerCase().replace(/\W+/g, '-') }),
)

describe('docs/extending.md', () => {
  beforeAll(() => {
    mkdirSync(folder, { recursive: true })
    for (const { name, code } of examples) writeFileSync(join(folder, `${name}.mts`), code)
    const compilerOptions = {
      target: 'ES2022',
      lib: ['ES2023'],
      module: 'NodeNext',
      strict: true,
      types: ['node'],
      skipLibCheck: true,
    }
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, include: ['*.mts'] }),
    )
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
    // What it finds wrong is the error.
    execFileSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8', stdio: 'pipe' })
  }, 600_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('has an example of each registry', () => {
    expect(examples.map(({ name }) => name)).toEqual([
      'a-feature',
      'a-learner',
      'a-source',
      'a-chat-model',
      'an-engine',
      'a-preset',
      'a-placement',
      'an-item-tower',
    ])
  })

  it.each(examples)(
    'has an example that runs and prints something: $title',
    ({ name }) => {
      const said = execFileSync(process.execPath, [join(folder, `${name}.mjs`)], {
        cwd: folder,
        encoding: 'utf8',
      })
      expect(said.trim()).not.toBe('')
    },
    600_000,
  )
})
