// `npm run bench:peers`: the same training steps and the same whole training by this project's
// engines, PyTorch and TensorFlow, one thread each, taking turns on one machine. Makes its own
// Python environment in .setup/peers (about 2 GB).
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { stepShapes } from '#src/execution/bench-steps.js'
import { randomProblem } from '#src/execution/random-problem.js'
import { readConfig } from '#src/experiment/config.js'
import { Trial } from '#src/experiment/trial.js'
import { setUp } from '#src/experiment/setup.js'
import { loadDataset } from '#src/dataset/load.js'
import { fixedPolicy } from '#src/policy/policy.js'
import { grid } from '#src/util/grid.js'
import { engines, installedEngines, makeEngine } from '#src/two-tower/engines/index.js'
import { stream } from '#src/util/random.js'
import { writeProblem } from './problem.mjs'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const here = fileURLToPath(new URL('.', import.meta.url))
const help = `npm run bench:peers -- [options]
  --dataset <name>     data set of the whole training (default amazon-2014/Beauty where it is, else synthetic)
  --data <folder>      where data sets lie (default UNDERSTUDY_DATA, or ../shared/data)
  --repetitions <n>    times each task is repeated; the least counts (default 3)
  --peers <names>      which, separated by commas (default all)
  --json <file>        writes all times and losses`

const { values } = parseArgs({
  options: {
    dataset: { type: 'string' },
    data: { type: 'string' },
    repetitions: { type: 'string', default: '3' },
    peers: { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean' },
  },
})
if (values.help) {
  console.log(help)
  process.exit(0)
}
/** Losses of one training in float32, summed in another order: they part slowly. */
const tolerance = 2e-3

const python = environment()
// Autodiff over whole tables would take minutes.
const ours = installedEngines().filter((name) => !engines.get(name).slow)
const commands = {
  ...Object.fromEntries(
    ours.map((name) => [name, [process.execPath, join(here, 'peer_understudy.mjs'), name]]),
  ),
  ...Object.fromEntries(
    ['eager', 'compile', 'manual'].map((variant) => [
      `pytorch ${variant}`,
      [python, join(here, 'peer_pytorch.py'), variant],
    ]),
  ),
  'tensorflow xla': [python, join(here, 'peer_tensorflow.py')],
}
const names = values.peers?.split(',') ?? Object.keys(commands)
for (const name of names)
  if (!commands[name])
    fail(`no peer ${JSON.stringify(name)}; there are ${Object.keys(commands).join(', ')}`)

const folder = mkdtempSync(join(tmpdir(), 'understudy-peers-'))
const peers = []
process.on('exit', () => {
  for (const { child } of peers) child.kill()
  rmSync(folder, { recursive: true, force: true })
})
process.on('SIGINT', () => process.exit(130))
const problems = await writeProblems(folder)
for (const name of names) peers.push(startPeer(name, commands[name]))
report(await takeTurns(problems, Number(values.repetitions)))
process.exit()

/** Python with the pinned packages of requirements.txt. */
function environment() {
  const place = join(root, '.setup', 'peers')
  const own = join(place, process.platform === 'win32' ? 'Scripts' : 'bin', 'python')
  const wanted = readFileSync(join(here, 'requirements.txt'), 'utf8')
  const stamp = join(place, 'requirements.txt')
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    say('making a Python environment in .setup/peers')
    execFileSync(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', place], {
      stdio: ['ignore', 2, 2],
    })
    execFileSync(
      own,
      ['-m', 'pip', 'install', '--quiet', '--requirement', join(here, 'requirements.txt')],
      { stdio: ['ignore', 2, 2] },
    )
    writeFileSync(stamp, wanted)
  }
  return own
}

/**
 * Steps on random tables, and the whole training of a data set at the default configuration with
 * 300 users x 10 pairs.
 */
async function writeProblems(folder) {
  const problems = []
  const add = (name, problem) => {
    const place = join(folder, String(problems.length))
    writeProblem(place, problem)
    problems.push({
      name,
      place,
      steps: Math.ceil(problem.data.item.length / problem.config.batchSize) * problem.config.epochs,
    })
  }
  for (const [batchSize, dim] of stepShapes) {
    const steps = Math.max(200, Math.ceil(4e9 / (6 * batchSize ** 2 * dim)))
    add(
      `step, B ${batchSize}, D ${dim}`,
      randomProblem({
        users: 22_000,
        items: 12_000,
        interactions: steps * batchSize,
        pairs: (steps * batchSize) / 4,
        dim,
        batchSize,
      }),
    )
  }
  const dataRoot = values.data ?? process.env.UNDERSTUDY_DATA ?? join(root, '../shared/data')
  const name =
    values.dataset ??
    (existsSync(join(dataRoot, 'amazon-2014')) ? 'amazon-2014/Beauty' : 'synthetic')
  const config = readConfig({ dataset: { name } })
  const setup = setUp(await loadDataset(config.dataset, { dataRoot }), config)
  const engine = makeEngine('wasm')
  const trial = new Trial(setup, {
    engine: {
      ...engine,
      train: (data, pairs, plan, model) => (
        add(`whole training, ${name}`, { data, pairs, plan, config: model }),
        engine.train(data, pairs, plan, model)
      ),
    },
  })
  const { pairs } = await trial.augmenter.augment(
    fixedPolicy('random').select(setup.features, config.policy.budget, stream(0, 'bench')),
  )
  trial.train(pairs)
  return problems
}

function startPeer(name, [command, ...args]) {
  const child = spawn(command, args, { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const train = async (place) => {
    child.stdin.write(`${place}\n`)
    const { value, done } = await lines.next()
    if (done) fail(`${name} ended early`)
    return JSON.parse(value)
  }
  return { name, child, train }
}

/** Every peer once unmeasured, then all in turn: a machine that slows down slows down all. */
async function takeTurns(problems, repetitions) {
  const timings = []
  for (const { name: task, place, steps } of problems) {
    say(task)
    const own = peers.map(({ name }) => ({
      task,
      peer: name,
      steps,
      seconds: [],
      softmaxLoss: [],
      pairLoss: [],
    }))
    for (let k = -1; k < repetitions; k++)
      for (const [p, { train }] of peers.entries()) {
        const { seconds, ...losses } = await train(place)
        Object.assign(own[p], losses)
        if (k >= 0) own[p].seconds.push(seconds)
      }
    timings.push(...own)
  }
  return timings
}

function report(timings) {
  const least = ({ seconds }) => Math.min(...seconds)
  const first = (task) => timings.find((own) => own.task === task)
  const rows = timings.map((own) => {
    const sorted = [...own.seconds].sort((a, b) => a - b)
    const ms = (seconds) => ((1000 * seconds) / own.steps).toFixed(3)
    return [
      own.task,
      own.peer,
      ms(sorted[0]),
      ms(sorted[Math.floor(sorted.length / 2)]),
      (least(own) / least(first(own.task))).toFixed(2),
      own.softmaxLoss.at(-1).toFixed(5),
      own.pairLoss.at(-1).toFixed(5),
    ]
  })
  console.log(
    grid(
      ['task', 'peer', 'least, ms a step', 'median', `x ${names[0]}`, 'softmax loss', 'BPR loss'],
      rows,
    ),
  )
  const machine = {
    cpu: cpus()[0].model,
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
  }
  if (values.json) writeFileSync(values.json, JSON.stringify({ ...machine, timings }, null, 2))
  console.log(`${machine.cpu}, Node ${machine.node}, ${machine.date}`)
  const apart = timings.filter((own) =>
    ['softmaxLoss', 'pairLoss'].some((loss) =>
      own[loss].some(
        (value, epoch) => !(Math.abs(value / first(own.task)[loss][epoch] - 1) < tolerance),
      ),
    ),
  )
  if (apart.length > 0)
    fail(
      `losses do not agree within ${tolerance} of those of ${names[0]}: ${apart.map(({ task, peer }) => `${peer} (${task})`).join(', ')}`,
    )
  console.log(`all losses of all epochs agree with those of ${names[0]} within ${tolerance}`)
}

function say(line) {
  process.stderr.write(`understudy: ${line}\n`)
}

function fail(line) {
  say(line)
  process.exit(1)
}
