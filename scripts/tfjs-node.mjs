// `npm run setup:tfjs-node`: @tensorflow/tfjs-node into data/packages, where `npm ci` does not take
// it away again and where `--engine tfjs` looks for it. The ordinary installation first; where its
// download of libtensorflow cannot be reached, the library out of PyPI's TensorFlow (Linux), which
// needs Python with pip, make and a C++ compiler.
import { spawnSync } from 'node:child_process'
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import yauzl from 'yauzl'
import { downloadWheel } from './pip.mjs'

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'data', 'packages')
const name = '@tensorflow/tfjs-node'
const target = join(folder, 'node_modules', name)
// Each serves other versions of Python.
const wheels = ['tensorflow-cpu==2.18.1', 'tensorflow-cpu==2.21.0']

mkdirSync(folder, { recursive: true })
if (smokeTest()) say(`${name} is there and works`)
else if (install() && smokeTest()) say(`${name} installed`)
else {
  say('the ordinary installation did not work; taking libtensorflow from PyPI')
  if (process.platform !== 'linux')
    fail(
      'that way works on Linux alone. TFJS_NODE_CDN_STORAGE names a mirror of the download; see environment.md',
    )
  if (!install('--ignore-scripts')) fail(`npm could not install ${name}`)
  await libraryFromWheel()
  say('building the addon')
  if (!npm('rebuild', name)) fail('the addon could not be built; it needs python3, make and g++')
  if (!smokeTest(true)) fail(`${name} is installed but does not work`)
  say(`${name} installed`)
}

function install(...flags) {
  say(`npm install ${name}@4.22.0 ${flags.join(' ')}`)
  rmSync(target, { recursive: true, force: true })
  writeFileSync(
    join(folder, 'package.json'),
    `${JSON.stringify({ private: true, allowScripts: { [name]: true, 'core-js': false } }, null, 2)}\n`,
  )
  return npm('install', '--no-audit', '--no-fund', ...flags, `${name}@4.22.0`)
}

/** A product and a gradient in a process of its own, because a broken library can end it. */
function smokeTest(loud = false) {
  if (!existsSync(target)) return false
  const code = `
    const tf = require(${JSON.stringify(target)})
    const [product] = tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])).dataSync()
    const [slope] = tf.grad((x) => x.square().sum())(tf.tensor1d([3])).dataSync()
    if (tf.getBackend() !== 'tensorflow' || product !== 11 || slope !== 6) process.exit(1)
    console.error('understudy: TensorFlow ' + tf.version['tfjs-node'] + ', libtensorflow ' + tf.backend().binding.TF_Version)`
  return (
    spawnSync(process.execPath, ['-e', code], {
      stdio: ['ignore', 'ignore', loud ? 'inherit' : 'ignore'],
      env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' },
    }).status === 0
  )
}

async function libraryFromWheel() {
  const downloads = mkdtempSync(join(tmpdir(), 'understudy-tfjs-'))
  try {
    if (!wheels.some((wheel) => downloadWheel(wheel, downloads)))
      fail(
        `pip could not download ${wheels.join(' or ')}; is Python with pip there, and the network?`,
      )
    const [wheel] = readdirSync(downloads)
    say(`libtensorflow out of ${wheel}`)
    const deps = join(target, 'deps')
    rmSync(deps, { recursive: true, force: true })
    await unzip(join(downloads, wheel), (path) => {
      const library = /^tensorflow\/(libtensorflow_(?:cc|framework)\.so\.2)$/.exec(path)
      if (library) return join(deps, 'lib', library[1])
      const header =
        /^tensorflow\/include\/((?:tensorflow\/c|tensorflow\/core\/platform|tsl|xla\/tsl)\/[\w./-]+\.h)$/.exec(
          path,
        )
      return header && !path.includes('..') ? join(deps, 'include', header[1]) : undefined
    })
    for (const [link, file] of [
      ['libtensorflow.so', 'libtensorflow_cc.so.2'],
      ['libtensorflow.so.2.9.1', 'libtensorflow_cc.so.2'],
      ['libtensorflow_framework.so', 'libtensorflow_framework.so.2'],
    ])
      symlinkSync(file, join(deps, 'lib', link))
  } finally {
    rmSync(downloads, { recursive: true, force: true })
  }
}

/** Extracts the entries to which `place` gives a file. */
async function unzip(file, place) {
  const zip = await promisify(yauzl.open)(file, { lazyEntries: true })
  const stream = promisify(zip.openReadStream.bind(zip))
  await new Promise((resolve, reject) => {
    zip.on('error', reject)
    zip.on('end', resolve)
    zip.on('entry', async (entry) => {
      try {
        const to = place(entry.fileName)
        if (to !== undefined) {
          mkdirSync(dirname(to), { recursive: true })
          await pipeline(await stream(entry), createWriteStream(to))
        }
        zip.readEntry()
      } catch (error) {
        reject(error)
      }
    })
    zip.readEntry()
  })
}

/** Of npm's long report only what went wrong. */
function npm(...args) {
  const { status, stderr } = spawnSync('npm', args, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  if (status !== 0)
    for (const line of stderr.split('\n')) if (/\berror: |Error: /.test(line)) say(line.trim())
  return status === 0
}

function say(line) {
  process.stderr.write(`understudy: ${line}\n`)
}

function fail(line) {
  say(line)
  process.exit(1)
}
