/** Steps of one kind that a task takes. */
export interface StepsOfKind {
  steps: number
  /**
   * Time that a step is expected to take before one of its kind is measured, in any unit: it is
   * compared with the costs of the other kinds. Default 1.
   */
  cost?: number
}

/** Work whose steps are known before it begins. */
export interface WorkPlan {
  /** Number of tasks, which all take the same steps. Default 1. */
  tasks?: number
  /** Number of tasks that are done at the same time. Default 1. */
  atOnce?: number
  /** Steps of a task, by their kind. */
  kinds: Readonly<Record<string, StepsOfKind>>
}

/** A step that was taken. */
export interface StepTaken {
  /** Its kind, a name of the plan. */
  kind: string
  /** Time that it took, seconds; absent where its result was kept by earlier work. */
  seconds?: number
  /** Tells its task apart from others. Default 0. */
  task?: number
}

/** Steps of each kind that are left of a task. */
type Left = Map<string, number>

/** Measured time that counts, seconds: what lies further back is forgotten by and by. */
const memory = 60
/** Measurements of a kind before which a very long one is cut. */
const fewTimes = 4

/**
 * Estimates the time that is left from what steps of each kind have taken lately. Kinds that were
 * not measured yet are estimated from the measured ones by their costs.
 */
export class TimeLeft {
  readonly #kinds: readonly [kind: string, of: StepsOfKind][]
  readonly #begun = new Map<number, Left>()
  readonly #measured = new Map<string, { seconds: number; steps: number; times: number }>()

  #atOnce: number

  constructor(private readonly plan: WorkPlan) {
    this.#kinds = Object.entries(plan.kinds)
    this.#atOnce = plan.atOnce ?? 1
  }

  /** Sets how many tasks are done at the same time. */
  set atOnce(tasks: number) {
    this.#atOnce = tasks
  }

  /** Steps of all tasks. */
  get steps(): number {
    return (this.plan.tasks ?? 1) * this.#kinds.reduce((sum, [, { steps }]) => sum + steps, 0)
  }

  /** Counts a step, or several of one kind that were measured together. */
  take({ kind, seconds, task = 0 }: StepTaken, steps = 1): void {
    const left = this.#begun.get(task) ?? this.#wholeTask()
    left.set(kind, Math.max(0, (left.get(kind) ?? 0) - steps))
    this.#begun.set(task, left)
    if (seconds === undefined) return
    const before = this.#measured.get(kind) ?? { seconds: 0, steps: 0, times: 0 }
    // A first step may have prepared what all others need.
    const expected = before.times < fewTimes ? this.#secondsEach(kind) : undefined
    const counted = Math.min(seconds, expected === undefined ? seconds : 5 * expected * steps)
    const kept = Math.exp(-counted / memory)
    this.#measured.set(kind, {
      seconds: kept * before.seconds + counted,
      steps: kept * before.steps + steps,
      times: before.times + 1,
    })
  }

  /** Seconds that are left after the last step; undefined before the first one is measured. */
  seconds(): number | undefined {
    if (this.#measured.size === 0) return undefined
    const { tasks = 1 } = this.plan
    const open = [...this.#begun.values()].map((left) => this.#secondsOf(left)).filter((s) => s > 0)
    const ends = [...open, ...new Array<number>(Math.max(0, this.#atOnce - open.length)).fill(0)]
    const whole = this.#secondsOf(this.#wholeTask())
    // Each waiting task begins where one ends first.
    for (let waiting = tasks - this.#begun.size; waiting > 0; waiting--)
      ends[ends.indexOf(Math.min(...ends))] += whole
    return Math.max(...ends)
  }

  #wholeTask(): Left {
    return new Map(this.#kinds.map(([kind, { steps }]) => [kind, steps]))
  }

  #secondsOf(left: Left): number {
    return [...left].reduce((sum, [kind, steps]) => sum + steps * (this.#secondsEach(kind) ?? 0), 0)
  }

  /** Undefined before anything is measured. */
  #secondsEach(kind: string): number | undefined {
    const own = this.#measured.get(kind)
    if (own) return own.seconds / own.steps
    let [seconds, cost] = [0, 0]
    for (const [name, one] of this.#measured) {
      seconds += one.seconds
      cost += one.steps * this.#costOf(name)
    }
    return cost === 0 ? undefined : (this.#costOf(kind) * seconds) / cost
  }

  #costOf(kind: string): number {
    return this.plan.kinds[kind]?.cost ?? 1
  }
}
