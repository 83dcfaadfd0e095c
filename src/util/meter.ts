import { duration } from './duration.js'
import { type StepTaken, TimeLeft, type WorkPlan } from './time-left.js'

/** Seconds by which a step may be late before that is said. */
const patience = 2
const plainKind = ''

/** How far a piece of work is, in numbers. */
export interface MeterFacts {
  /** Units done. */
  done: number
  /** All units. */
  total: number
  /** Time since the beginning, seconds. */
  secondsGone: number
  /** Time left, seconds; undefined before the first step is measured. */
  secondsLeft: number | undefined
}

/** How far a piece of work is, and in words how long it has taken and will take. */
export class Meter {
  #done = 0
  #total = 0
  #timeLeft: TimeLeft | undefined
  readonly #started: number
  #lastStep: number
  #share = 0
  #phase: string | undefined

  /**
   * @param unit - of what is counted, e.g. `steps`
   * @param total - how many of them there are, or of which kinds; 0 = told later, by `set`
   * @param now - tells the time, ms. Default: a clock that is never set back
   */
  constructor(
    private readonly unit: string,
    total: number | WorkPlan = 0,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#started = this.#lastStep = now()
    if (typeof total !== 'number') this.#plan(total)
    else if (total > 0) this.#plan(uniform(total))
  }

  get known(): boolean {
    return this.#total > 0
  }

  /** Sets the units done, and their total. */
  set(done: number, total: number): void {
    if (total !== this.#total) this.#plan(uniform(total))
    if (done > this.#done)
      this.#take({ kind: plainKind, seconds: this.#sinceStep() }, done - this.#done)
    this.#done = done
  }

  /** Counts one more unit as done. */
  step(taken: StepTaken = { kind: plainKind, seconds: this.#sinceStep() }): void {
    this.#take(taken, 1)
    this.#done++
  }

  /** Sets how many tasks are done at the same time, where that changes. */
  atOnce(tasks: number): void {
    if (this.#timeLeft) this.#timeLeft.atOnce = tasks
  }

  /** Says what is done after the last unit that is counted. */
  say(phase: string): void {
    this.#phase = phase
  }

  /** Share of the time that has gone, of all the time that it takes: never falls, nor reaches 1. */
  get share(): number {
    const left = this.#secondsLeft()
    const gone = this.#secondsGone()
    const now = left === undefined ? this.#done / (this.#total || 1) : gone / (gone + left || 1)
    return (this.#share = Math.max(this.#share, Math.min(0.99, now)))
  }

  /** Units done and of all; seconds gone and left, undefined before a step is measured. */
  get facts(): MeterFacts {
    const left = this.#secondsLeft()
    return {
      done: this.#done,
      total: this.#total,
      secondsGone: Math.round(this.#secondsGone()),
      secondsLeft: left === undefined ? undefined : Math.max(1, Math.round(left)),
    }
  }

  /** "12/45 steps, 3 min so far, about 5 min left" */
  text(): string {
    const gone = `${duration(this.#secondsGone())} so far`
    return `${this.#done}/${this.#total} ${this.unit}, ${gone}, ${this.#phase ?? this.#leftText()}`
  }

  /** "12 of 45 steps" */
  get count(): string {
    return `${this.#done} of ${this.#total} ${this.unit}`
  }

  #leftText(): string {
    const left = this.#secondsLeft()
    if (left === undefined) return 'time left not known yet'
    if (left < -patience) return 'slower than before'
    return `about ${duration(Math.max(1, left))} left`
  }

  #plan(plan: WorkPlan): void {
    this.#timeLeft = new TimeLeft(plan)
    this.#total = this.#timeLeft.steps
  }

  #take(taken: StepTaken, units: number): void {
    this.#timeLeft?.take(taken, units)
    this.#lastStep = this.now()
  }

  /** Below 0: the step that is under way takes longer than what was left. */
  #secondsLeft(): number | undefined {
    const left = this.#timeLeft?.seconds()
    return left === undefined ? undefined : left - this.#sinceStep()
  }

  #secondsGone(): number {
    return (this.now() - this.#started) / 1000
  }

  #sinceStep(): number {
    return (this.now() - this.#lastStep) / 1000
  }
}

const uniform = (steps: number): WorkPlan => ({ kinds: { [plainKind]: { steps } } })
