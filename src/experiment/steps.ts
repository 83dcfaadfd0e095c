import type { PolicyConfig } from '../policy/config.js'
import type { StepsOfKind, StepTaken } from '../util/time-left.js'

/** A piece of work. Its name is made of all that it depends on. */
export interface Work {
  name: string
  /** What its steps are, e.g. trainings; steps of one kind take about the same time. */
  kind: string
  steps: number
}

/** A proxy is that much cheaper than a training, before one of them is measured. */
const costs: Record<string, number> = { proxy: 0.02 }

/** The kind of a step that trains an item tower with the answers about a number of users. */
export const trainingOf = (tower: string, users: number) => `training ${tower}, ${users} users`

/** The kind of a step that measures a reward. */
export const rewardOf = (reward: PolicyConfig['reward']) =>
  reward === 'proxy' ? 'proxy' : `reward ${reward}`

/** Steps of pieces of work by their kind; pieces of the same name count once. */
export function stepsByKind(works: Iterable<Work>): Record<string, StepsOfKind> {
  const kinds: Record<string, StepsOfKind> = {}
  for (const { kind, steps } of new Map([...works].map((work) => [work.name, work])).values())
    kinds[kind] = { steps: (kinds[kind]?.steps ?? 0) + steps, cost: costs[kind] }
  return kinds
}

/** Called after a step; `kept`: its result was there from earlier work. */
export type Step = (kept?: boolean) => void

/** Times steps: each from the end of the one before, or from now. */
export function stepTimer(
  onStep: (taken: StepTaken) => void,
): (kind: string, kept?: boolean) => void {
  let last = performance.now()
  return (kind, kept = false) => {
    const now = performance.now()
    onStep(kept ? { kind } : { kind, seconds: (now - last) / 1000 })
    last = now
  }
}

/** Counts the steps of named pieces of work: each as many as it said, once. */
export class StepCounter {
  readonly #done = new Set<string>()
  readonly #step: ReturnType<typeof stepTimer>

  /** @param onStep - called after each step */
  constructor(onStep: (taken: StepTaken) => void = () => undefined) {
    this.#step = stepTimer(onStep)
  }

  /**
   * Does the work, whose steps count the first time that something of this name is done. A result
   * that was kept takes all its steps at once.
   */
  async run<T>({ name, kind, steps }: Work, work: (step: Step) => Promise<T>): Promise<T> {
    if (this.#done.has(name)) return work(() => undefined)
    this.#done.add(name)
    let taken = 0
    const step = (kept = false) => {
      if (taken++ < steps) this.#step(kind, kept)
    }
    const result = await work(step)
    while (taken < steps) step(true)
    return result
  }
}
