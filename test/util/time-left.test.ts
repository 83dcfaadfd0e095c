import fc from 'fast-check'
import { expect, it } from 'vitest'
import { barLine } from '#src/util/progress.js'
import { duration } from '#src/util/duration.js'
import { Meter } from '#src/util/meter.js'
import { TimeLeft, type WorkPlan } from '#src/util/time-left.js'

/** A clock that the test moves. */
function fakeClock() {
  let ms = 1_000_000
  return { now: () => ms, pass: (seconds: number) => (ms += 1000 * seconds) }
}

it('steps of one length are estimated exactly, from the first one on', () => {
  const left = new TimeLeft({ kinds: { step: { steps: 10 } } })
  expect(left.seconds()).toBeUndefined()
  for (let done = 1; done <= 10; done++) {
    left.take({ kind: 'step', seconds: 3 })
    expect(left.seconds()).toBeCloseTo(3 * (10 - done), 9)
  }
})

it('the estimate follows what steps take lately, not their mean from the start', () => {
  const left = new TimeLeft({ kinds: { step: { steps: 1000 } } })
  for (let k = 0; k < 400; k++) left.take({ kind: 'step', seconds: 1 })
  for (let k = 0; k < 100; k++) left.take({ kind: 'step', seconds: 4 })
  // 500 left at 4 s; a mean from the start would say 500 x 1.6.
  expect(left.seconds()! / (500 * 4)).toBeGreaterThan(0.98)
})

it('kinds are measured apart: a thousand cheap steps do not make the dear ones cheap', () => {
  const plan: WorkPlan = {
    kinds: { training: { steps: 20 }, proxy: { steps: 1000, cost: 0.02 } },
  }
  const left = new TimeLeft(plan)
  left.take({ kind: 'training', seconds: 5 })
  // Before a proxy is measured, it costs a fiftieth of a training.
  expect(left.seconds()).toBeCloseTo(19 * 5 + 1000 * 0.1, 9)
  for (let k = 0; k < 1000; k++) left.take({ kind: 'proxy', seconds: 0.01 })
  expect(left.seconds()).toBeCloseTo(19 * 5, 9)
})

it('a first step that prepares what all need does not make all others long', () => {
  const left = new TimeLeft({
    kinds: { training: { steps: 2 }, proxy: { steps: 241, cost: 0.02 } },
  })
  left.take({ kind: 'training', seconds: 5 })
  left.take({ kind: 'proxy', seconds: 5 })
  // 240 x 5 s would be 20 minutes.
  expect(left.seconds()).toBeLessThan(5 + 240 * 0.5 + 0.001)
})

it('tasks that wait begin where one ends first', () => {
  const left = new TimeLeft({ tasks: 3, atOnce: 2, kinds: { step: { steps: 4 } } })
  left.take({ kind: 'step', seconds: 1, task: 7 })
  left.take({ kind: 'step', seconds: 1, task: 8 })
  left.take({ kind: 'step', seconds: 1, task: 8 })
  // 3 and 2 steps are left of the running tasks; the third begins after the latter: 2 + 4.
  expect(left.seconds()).toBeCloseTo(6, 9)
})

it('steps that were kept count as done, and say nothing of how long the others take', () => {
  const left = new TimeLeft({ kinds: { step: { steps: 10 } } })
  left.take({ kind: 'step' })
  expect(left.seconds()).toBeUndefined()
  left.take({ kind: 'step', seconds: 2 })
  left.take({ kind: 'step' })
  expect(left.seconds()).toBeCloseTo(14, 9)
})

it('time left and share are true of steps that are as long as the ones before', () => {
  const clock = fakeClock()
  const meter = new Meter('steps', 100, clock.now)
  for (let k = 1; k <= 99; k++) {
    clock.pass(2)
    meter.step()
    expect(meter.share).toBeCloseTo(Math.min(0.99, k / 100), 9)
    expect(meter.text()).toBe(
      `${k}/100 steps, ${duration(2 * k)} so far, about ${duration(200 - 2 * k)} left`,
    )
  }
})

it('time passes during a long step, and one that takes longer than all before is said', () => {
  const clock = fakeClock()
  const meter = new Meter('steps', 3, clock.now)
  expect(meter.text()).toBe('0/3 steps, 0 s so far, time left not known yet')
  clock.pass(30)
  meter.step()
  clock.pass(10)
  expect(meter.text()).toBe('1/3 steps, 40 s so far, about 50 s left')
  expect(meter.share).toBeCloseTo(40 / 90, 9)
  clock.pass(60)
  expect(meter.text()).toBe('1/3 steps, 2 min so far, slower than before')
})

it('work after the last step is named, and does not stand at 100 %', () => {
  const clock = fakeClock()
  const meter = new Meter('steps', 1, clock.now)
  clock.pass(10)
  meter.step()
  meter.say('comparing the arms')
  clock.pass(40)
  expect(meter.share).toBe(0.99)
  expect(meter.text()).toBe('1/1 steps, 50 s so far, comparing the arms')
})

it('amounts are set as they come, e.g. megabytes', () => {
  const clock = fakeClock()
  const meter = new Meter('MB', 0, clock.now)
  expect(meter.known).toBe(false)
  clock.pass(5)
  meter.set(10, 40)
  meter.set(10, 40)
  expect(meter.text()).toBe('10/40 MB, 5 s so far, about 15 s left')
})

it('whatever steps take, the share never falls, and the line fits 80 columns', () => {
  const steps = fc.array(fc.double({ min: 0, max: 1e4, noNaN: true }), { minLength: 1 })
  fc.assert(
    fc.property(steps, fc.integer({ min: 0, max: 50 }), (seconds, more) => {
      const clock = fakeClock()
      const meter = new Meter('steps', seconds.length + more, clock.now)
      let before = 0
      for (const passes of seconds) {
        clock.pass(passes)
        meter.step()
        const { share } = meter
        expect(share).toBeGreaterThanOrEqual(before)
        expect(share).toBeLessThan(1)
        before = share
        const line = barLine('policy-vs-baselines', meter)
        expect(line.length).toBeLessThanOrEqual(80)
        expect(line).not.toMatch(/NaN|Infinity|60s|-\d/)
      }
    }),
  )
})

it.each([
  [0.2, '1 s'],
  [59.9, '60 s'],
  [120, '2 min'],
  [179, '3 min'],
  [5399, '90 min'],
  [7200, '2.0 h'],
])('%d seconds are said as %s', (seconds, text) => expect(duration(seconds)).toBe(text))
