import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { findPackage } from '#src/two-tower/engines/optional.js'
import { start, understudy } from '../support/command.js'

const folder = mkdtempSync(join(tmpdir(), 'understudy-'))
afterAll(() => rmSync(folder, { recursive: true }))

const small = ['--set', 'dataset.synthetic={"users":400,"items":400}', '--set', 'policy={"budget":40,"runs":1,"iterations":2,"episodes":4,"rewardK":10}', '--set', 'evaluation.ks=[10]', '--store', join(folder, 'store')]

describe('understudy run', () => {
  const run = (out: string, ...more: string[]) => understudy('run', 'policy-vs-baselines', ...small, '--seeds', '2', '--json', '--out', join(folder, out), ...more)

  it('prints one document, the same bytes again and on any number of workers, and those of the golden run', async () => {
    const first = run('one', '--workers', '1')
    expect(first.stderr).toContain('results:')
    expect(first.status).toBe(0)
    const { summary, trials } = JSON.parse(first.stdout) as { summary: { policy: string }[]; trials: unknown[] }
    expect(summary.map(({ policy }) => policy)).toEqual(expect.arrayContaining(['none', 'random', 'top:V', 'best-feature', 'learned', 'all', 'content-map']))
    expect(trials).toHaveLength(2 * summary.length)
    expect(run('two', '--workers', '2', '--store', join(folder, 'other-store')).stdout).toBe(first.stdout)
    expect(run('one').stdout).toBe(first.stdout)
    for (const file of ['results.json', 'trials.csv', 'config.json'])
      expect(readFileSync(join(folder, 'one', file), 'utf8')).toBe(readFileSync(join(folder, 'two', file), 'utf8'))
    await expect(readFileSync(join(folder, 'one', 'trials.csv'), 'utf8')).toMatchFileSnapshot('../golden/policy-vs-baselines.csv')
  })
})

describe('understudy evaluate', () => {
  it('prints one document; ItemKNN knows more than popularity', () => {
    const recall = (model: string) => {
      const { status, stdout } = understudy('evaluate', '--model', model, '--json')
      expect(status).toBe(0)
      const { rankings } = JSON.parse(stdout) as { rankings: { ranking: string; metrics: Record<string, number> }[] }
      return rankings.find(({ ranking }) => ranking === 'warm')!.metrics['recall@50']
    }
    expect(recall('itemknn')).toBeGreaterThan(recall('popularity'))
  })
})

describe('bad input: one line, exit code 2', () => {
  it.each([
    [['evaluate', '--set', 'split.quantle=3'], /unknown setting "split\.quantle"; known here: kind, quantile/],
    [['evaluate', '--set', 'split.quantile=3'], /split\.quantile = 3/],
    [['evaluate', '--dataset', 'nothing', '--data', '.'], /no dataset "nothing"/],
    [['evaluate', '--dataset', '../nothing', '--data', '.'], /leads out of the data root/],
    [['features', '--set', 'features.names=["XX"]'], /unknown feature "XX"/],
    [['evaluate', '--split', 'bogus'], /Allowed choices are temporal, random, leave-one-out/],
    [['run', 'policy-vs-baselines', '--size', 'bogus'], /Allowed choices are smoke, full/],
    [['advise', '--simulate-judge', '2'], /expected a number from 0\.5 to 1/],
    [['run', 'cross-domain', '--seeds', '1', '--out', join(folder, 'cross')], /needs a further data set: --other NAME/],
    [['run', 'judge-audit', '--other', 'nothing', '--data', '.'], /no dataset "nothing"/],
    [['run', 'prompt-design', '--set', 'augmentation.prompt=nothing'], /augmentation\.prompt = "nothing"/],
    [['run', 'nothing'], /unknown preset "nothing"; known: policy-vs-baselines/],
    [['run', 'policy-vs-baselines', '--set', 'policy.budget=5000'], /policy\.budget = 5000 users is more than/],
    [['run', 'policy-vs-baselines', '--set', 'evaluation.ks=[500]'], /K = 500 is larger than/],
  ])('%s', (args, message) => {
    const { status, stderr, stdout } = understudy(...args)
    const lines = stderr.trim().split('\n').filter((line) => !line.startsWith('synthetic: '))
    expect(lines.join('\n')).toMatch(message)
    expect(lines).toHaveLength(1)
    expect(stdout).toBe('')
    expect(status).toBe(2)
  })
})

describe('select, augment, train, evaluate: each takes what the one before wrote', () => {
  const at = (name: string) => join(folder, name)

  it('goes from users to a table', () => {
    expect(understudy('select', '--policy', 'top:V', '--budget', '40', '--out', at('users.txt')).status).toBe(0)
    expect(readFileSync(at('users.txt'), 'utf8').trim().split('\n')).toHaveLength(40)
    expect(understudy('augment', '--users', at('users.txt'), '--out', at('pairs.jsonl')).status).toBe(0)
    const pairs = readFileSync(at('pairs.jsonl'), 'utf8').trim().split('\n')
    expect(pairs).toHaveLength(400)
    expect(Object.keys(JSON.parse(pairs[0]) as object)).toEqual(['user', 'preferred', 'other', 'margin'])
    expect(understudy('train', '--pairs', at('pairs.jsonl'), '--out', at('model')).status).toBe(0)
    const { stdout } = understudy('evaluate', '--model', at('model'), '--json')
    const { rankings } = JSON.parse(stdout) as { rankings: { ranking: string; metrics: Record<string, number> }[] }
    expect(rankings.map(({ ranking }) => ranking)).toEqual(['cold', 'full', 'warm'])
  })

  it.each([
    [['{"user":"nobody","preferred":"i0001","other":"i0002"}'], /pairs\.jsonl:1: user "nobody" is not in synthetic/],
    [['', 'no json'], /pairs\.jsonl:2: expected a JSON object/],
    [['{"user":"u0001","preferred":"i0001","other":"i0001"}'], /preferred and other are both "i0001"/],
    [['{"user":"u0001","preferred":"i0001","other":"i0002","margin":-1}'], /margin is -1; it must be a number of at least 0/],
  ])('refuses pairs %s', (lines, message) => {
    writeFileSync(at('pairs.jsonl'), lines.join('\n'))
    const { status, stderr } = understudy('train', '--pairs', at('pairs.jsonl'), '--out', at('never'))
    expect(stderr).toMatch(message)
    expect(status).toBe(2)
    expect(existsSync(at('never'))).toBe(false)
  })
})

describe('--engine', () => {
  it.each(['wasm', 'onnx', 'tfjs'] as const)('%s trains what evaluate takes, or says how to install it', (engine) => {
    const { status, stderr, stdout } = understudy('train', '--engine', engine, '--out', join(folder, engine), '--json')
    const installed = engine === 'wasm' || findPackage(engine === 'onnx' ? 'onnxruntime-node' : '@tensorflow/tfjs-node') !== undefined
    if (!installed) {
      expect(stderr).toMatch(/the engine \S+ is not installed: npm (install|run) /)
      expect(status).toBe(2)
      return
    }
    expect((JSON.parse(stdout) as { engine: string }).engine).toMatch(new RegExp(`^${engine}( \\d+\\.\\d+\\.\\d+)?$`))
    expect(understudy('evaluate', '--model', join(folder, engine), '--engine', engine, '--json').status).toBe(0)
  })

  it('auto: takes one and says why', () => {
    const { stderr, stdout } = understudy('train', '--engine', 'auto', '--out', join(folder, 'auto'), '--json')
    expect((JSON.parse(stdout) as { engine: string }).engine).toBe('wasm')
    expect(stderr).toContain('engine wasm: batches of 128 are small; the same bits on every machine')
  })
})

describe('understudy data', () => {
  it('inspect: one document of the facts', () => {
    const { stdout, status } = understudy('data', 'inspect', '--json')
    expect(status).toBe(0)
    const facts = JSON.parse(stdout) as { users: number; split: Record<string, number>; features: { available: string[] } }
    expect(facts).toMatchObject({ dataset: 'synthetic', users: 3000, items: 1500, ratings: true })
    expect(facts.split.validationItems + facts.split.testItems).toBe(facts.split.coldItems)
    expect(facts.features.available).toEqual(['MP', 'AP', 'RV', 'AR', 'CKLD', 'CSD', 'EE', 'V'])
  })

  it('list: what lies under the root', () => {
    const root = join(folder, 'root')
    mkdirSync(join(root, 'movielens-100k'), { recursive: true })
    writeFileSync(join(root, 'movielens-100k', 'ml-100k.inter'), 'user_id:token\titem_id:token\nu\ti\n')
    const { datasets } = JSON.parse(understudy('data', 'list', '--data', root, '--json').stdout) as { datasets: { name: string }[] }
    expect(datasets.map(({ name }) => name)).toEqual(['synthetic', 'movielens-100k/ml-100k'])
  })
})

describe('features and doctor', () => {
  it('features: a CSV of users, to a file if wanted', () => {
    const file = join(folder, 'features.csv')
    expect(understudy('features', '--out', file).stdout).toBe('')
    const lines = readFileSync(file, 'utf8').trim().split('\n')
    expect(lines[0]).toBe('user,MP,AP,RV,AR,CKLD,CSD,EE,V')
    expect(lines.length).toBeGreaterThan(2000)
    expect(understudy('features').stdout).toBe(readFileSync(file, 'utf8'))
  })

  it('doctor: says that all is well, and what is not', () => {
    const { checks } = JSON.parse(understudy('doctor', '--json').stdout) as { checks: { name: string; ok: boolean }[] }
    expect(checks.filter(({ ok }) => !ok)).toEqual([])
    const { status, stdout } = understudy('doctor', '--llm-url', 'http://127.0.0.1:9/v1', '--llm-model', 'm', '--set', 'llm.maxRetries=0')
    expect(stdout).toMatch(/FAIL {2}chat model .*127\.0\.0\.1:9/)
    expect(status).toBe(1)
  })
})

describe("one's own files", () => {
  it('a CSV of orders and a CSV of products, end to end', () => {
    const { orders, products } = ownShop()
    writeFileSync(join(folder, 'orders.csv'), orders)
    writeFileSync(join(folder, 'products.csv'), products)
    const columns = ['user=customer', 'item=sku', 'timestamp=day', 'title=name', 'categories=shelf'].flatMap((column) => ['--column', column])
    const own = ['--interactions', join(folder, 'orders.csv'), '--items', join(folder, 'products.csv'), ...columns, '--timestamp-unit', 'iso']
    const settings = ['--set', 'policy={"budget":10,"runs":1,"iterations":1,"episodes":2,"rewardK":5}', '--store', join(folder, 'store'), '--set', 'evaluation.ks=[5]']
    const { status, stdout, stderr } = understudy('run', 'policy-vs-baselines', ...own, ...settings, '--seeds', '1', '--json', '--out', join(folder, 'own'))
    expect(stderr).toContain('results:')
    expect(status).toBe(0)
    const { summary, data } = JSON.parse(stdout) as { summary: { policy: string }[]; data: { unavailableFeatures: { name: string }[] } }
    expect(data.unavailableFeatures.map(({ name }) => name)).toEqual(['RV', 'AR'])
    expect(summary.map(({ policy }) => policy)).toEqual(['none', 'random', 'top:MP', 'top:AP', 'top:CKLD', 'top:CSD', 'top:EE', 'top:V', 'best-feature', 'learned', 'random/placed', 'best-feature/placed', 'learned/placed', 'all', 'content-map'])
  })

  /** 60 customers, 80 products of which one comes every nine days; names with commas and quotes. */
  function ownShop() {
    const products = ['sku,name,shelf', ...Array.from({ length: 80 }, (_, i) => `P${i},"Pen ${i}, ""${['red', 'blue', 'green'][i % 3]}""",${['Office > Pens', 'Art > Pens'][i % 2]}`)]
    const orders = ['customer,sku,day']
    for (let u = 0; u < 60; u++)
      for (let t = 0; t < 12; t++) {
        const day = (u * 7 + t * 61) % 730
        const item = (u * 5 + t * t * 3) % Math.max(5, Math.floor(day / 9))
        orders.push(`c${u},P${item},${new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10)}`)
      }
    return { orders: orders.join('\n'), products: products.join('\n') }
  }
})

describe('Ctrl-C', () => {
  it('ends with 130, keeps finished seeds, and the same command goes on to the same bytes', async () => {
    const args = (out: string) => ['run', 'policy-vs-baselines', ...small, '--seeds', '4', '--workers', '1', '--json', '--out', join(folder, out)]
    const out = join(folder, 'stopped')
    const child = start(...args('stopped'))
    while (!existsSync(join(out, 'seed-0.json'))) await new Promise((resolve) => setTimeout(resolve, 10))
    child.process.kill('SIGINT')
    const { status, stdout, stderr } = await child.ended
    expect(stderr).toMatch(/understudy: stopped; finished seeds are kept/)
    expect({ status, stdout }).toEqual({ status: 130, stdout: '' })
    expect(existsSync(join(out, 'results.json'))).toBe(false)
    const kept = readFileSync(join(out, 'seed-0.json'), 'utf8')
    const again = understudy(...args('stopped'))
    expect(again.status).toBe(0)
    expect(readFileSync(join(out, 'seed-0.json'), 'utf8')).toBe(kept)
    expect(again.stdout).toBe(understudy(...args('uninterrupted'), '--store', join(folder, 'another-store')).stdout)
  })
})

it('bench times every task, each engine in turn, with what is done in that time', () => {
  const { stdout, status } = understudy('bench', '--engines', 'wasm,onnx', '--repetitions', '1', '--json', '--set', 'dataset.synthetic.users=400', '--set', 'dataset.synthetic.items=400', '--set', 'policy.budget=40', '--set', 'evaluation.ks=[10]', '--set', 'policy.rewardK=10')
  expect(status).toBe(0)
  const { timings } = JSON.parse(stdout) as { timings: { task: string; engine: string; seconds: number; rates: Record<string, number> }[] }
  const steps = ['B 128, D 32', 'B 256, D 32', 'B 512, D 64', 'B 1024, D 64'].map((shape) => `step, ${shape}`)
  const tasks = ['whole training', 'proxy training', 'reward by proxy: training and validation recall', 'learning a policy', 'evaluation of warm items', 'ranking', 'two whole trainings', 'two whole trainings']
  for (const engine of ['wasm', 'onnx']) {
    const own = timings.filter(({ engine: name, task }) => name.startsWith(engine) && !task.startsWith('sgemm'))
    expect(own.map(({ task }) => (task.startsWith('step') ? task : task.split(',')[0]))).toEqual([...steps, ...tasks])
    for (const { task, rates } of own) if (task.startsWith('step')) expect(rates['of sgemm']).toBeGreaterThan(0)
  }
  for (const { seconds } of timings) expect(seconds).toBeGreaterThan(0)
})
