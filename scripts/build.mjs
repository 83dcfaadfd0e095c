// Builds dist/ from src/. Incremental: `tsc` looks at what has changed.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build as rolldown } from 'rolldown'

const root = fileURLToPath(new URL('..', import.meta.url))
const [src, dist, packages] = ['src', 'dist', 'node_modules'].map((name) => join(root, name))

// Not node_modules/.bin/tsc: that is the older compiler of the notebook kernel.
node('typescript/bin/tsc', '-p', root)
removeOutputsWithoutSource()
node(
  'assemblyscript/bin/asc.js',
  join(src, 'two-tower/engines/assembly/kernel.ts'),
  ...['-o', join(dist, 'two-tower/engines/kernel.wasm')],
  ...['-O3', '--enable', 'simd', '--runtime', 'stub', '--importMemory', '--noAssert'],
)
for (const room of ['report', 'util'])
  cpSync(join(src, room, 'assets'), join(dist, room, 'assets'), { recursive: true })
// One of gpt-tokenizer's encodings, 2.5 MB: with all of them the package weighs 30.
await rolldown({
  input: join(packages, 'gpt-tokenizer/esm/encoding/o200k_base.js'),
  output: { file: join(dist, 'llm/o200k.js') },
})
cpSync(join(packages, 'gpt-tokenizer/LICENSE'), join(dist, 'llm/o200k.LICENSE'))

function node(script, ...args) {
  execFileSync(process.execPath, [join(packages, script), ...args], { cwd: root, stdio: 'inherit' })
}

/**
 * What is left of a deleted source would go on working, here and in the package; maps are of
 * earlier builds.
 */
function removeOutputsWithoutSource() {
  for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name)
    const [, name] = /^(.+?)(\.d\.ts|\.js|\.map)$/.exec(relative(dist, file)) ?? []
    const sources = name === undefined ? [] : [`${name}.ts`, `${name}.d.ts`, `${name}.js`]
    if (name !== undefined && !sources.some((source) => existsSync(join(src, source)))) rmSync(file)
  }
}
