/** Counts the steps (trainings) of named pieces of work: each as many as it said, once. */
export class StepCounter {
  readonly #done = new Set<string>()

  /** @param onStep - called after each step */
  constructor(private readonly onStep: () => void = () => undefined) {}

  /**
   * Does the work, whose steps count the first time that something of this name is done. A result
   * that was kept takes all its steps at once.
   */
  async run<T>(name: string, steps: number, work: (step: () => void) => Promise<T>): Promise<T> {
    if (this.#done.has(name)) return work(() => undefined)
    this.#done.add(name)
    let taken = 0
    const step = () => {
      if (taken++ < steps) this.onStep()
    }
    const result = await work(step)
    while (taken < steps) step()
    return result
  }
}
