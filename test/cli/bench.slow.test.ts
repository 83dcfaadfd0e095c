import { expect, it } from 'vitest'
import { understudy } from '../support/command.js'

it('bench times every task on each engine, and says what is done in that time', () => {
  const { stdout, status } = understudy(
    'bench',
    '--engines',
    'wasm,onnx',
    '--repetitions',
    '1',
    '--json',
    '--set',
    'dataset.synthetic.users=400',
    '--set',
    'dataset.synthetic.items=400',
    '--set',
    'policy.budget=40',
    '--set',
    'evaluation.ks=[10]',
    '--set',
    'policy.rewardK=10',
  )
  expect(status).toBe(0)
  const { timings } = JSON.parse(stdout) as {
    timings: { task: string; engine: string; seconds: number; rates: Record<string, number> }[]
  }
  const steps = ['B 128, D 32', 'B 256, D 32', 'B 512, D 64', 'B 1024, D 64'].map(
    (shape) => `step, ${shape}`,
  )
  const tasks = [
    'whole training',
    'proxy training',
    'reward by proxy: training and validation recall',
    'learning a policy',
    'evaluation of warm items',
    'ranking',
    'two whole trainings',
    'two whole trainings',
  ]
  for (const engine of ['wasm', 'onnx']) {
    const own = timings.filter(
      ({ engine: name, task }) => name.startsWith(engine) && !task.startsWith('sgemm'),
    )
    expect(own.map(({ task }) => (task.startsWith('step') ? task : task.split(',')[0]))).toEqual([
      ...steps,
      ...tasks,
    ])
    for (const { task, rates } of own)
      if (task.startsWith('step')) expect(Number.isFinite(rates['of sgemm'])).toBe(true)
  }
  // That of a step is a difference of two times, which other work on the machine can turn round.
  for (const { task, seconds } of timings)
    expect(task.startsWith('step') ? Number.isFinite(seconds) : seconds > 0).toBe(true)
})
