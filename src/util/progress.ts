import { SingleBar } from 'cli-progress'
import { Meter } from './meter.js'
import type { StepTaken, WorkPlan } from './time-left.js'
import { visibleLine } from './visible.js'

export type { StepTaken, WorkPlan } from './time-left.js'

/** A progress bar with the time left, estimated from the steps measured lately. */
export interface Progress {
  /** Sets the units done, and their total. */
  set(done: number, total: number): void
  /** Counts one more unit as done. @param taken - its kind and time, where the work has a plan */
  step(taken?: StepTaken): void
  /** Says what is done after the last unit, in place of the time left. */
  say(phase: string): void
  /** Removes the bar; call it also when the work fails. */
  stop(): void
}

/**
 * Makes a progress bar: `label` says what is done, `unit` what is counted, and `total` how many
 * units there are, or which kinds of them (0 or absent: told later, by `set`).
 */
export type MakeProgress = (label: string, unit: string, total?: number | WorkPlan) => Progress

/** Columns that a line may take, and the longest bar in it. */
const widest = { line: 80, bar: 30 }

/** A bar on stderr; where stderr is no terminal, a line now and then. */
export function progressBar(name: string, unit: string, total: number | WorkPlan = 0): Progress {
  const label = visibleLine(name)
  const meter = new Meter(unit, total)
  return process.stderr.isTTY ? terminalBar(label, meter) : plainProgress(label, meter)
}

function terminalBar(label: string, meter: Meter): Progress {
  const bar = new SingleBar({
    format: (_, { maxWidth }) => barLine(label, meter, Math.min(maxWidth - 1, widest.line)),
    stream: process.stderr,
    clearOnComplete: true,
    // Ctrl-C ends the command at once, as it does without a bar.
    gracefulExit: false,
    linewrap: true,
  })
  let started = false
  const draw = () => {
    if (!meter.known) return
    if (!started) bar.start(1, 0)
    else bar.update(0)
    started = true
  }
  draw()
  return {
    ...counting(meter, draw),
    say(phase) {
      meter.say(phase)
      // At once: the work that follows may give no turn to the timer that draws.
      if (started) bar.render()
    },
    stop() {
      if (started) bar.stop()
      started = false
    },
  }
}

/** "label ████░░░░ 41 % | 12/45 steps, 3 min so far, about 5 min left" */
export function barLine(label: string, meter: Meter, width = widest.line): string {
  const share = meter.share
  const text = `${Math.floor(100 * share)} % | ${meter.text()}`
  const room = Math.min(widest.bar, width - label.length - text.length - 2)
  const full = Math.floor(share * room)
  const bar = room < 5 ? '' : `${'█'.repeat(full)}${'░'.repeat(room - full)} `
  return `${label} ${bar}${text}`.slice(0, width)
}

/** A line on stderr at most every ten seconds, for logs. */
function plainProgress(label: string, meter: Meter): Progress {
  // A clock that is set back would keep it silent.
  let last = performance.now()
  const draw = () => {
    if (performance.now() - last < 10_000) return
    last = performance.now()
    process.stderr.write(`${label}: ${meter.text()}\n`)
  }
  return {
    ...counting(meter, draw),
    stop: () => undefined,
  }
}

/** What moves a meter, and draws it. */
export function counting(meter: Meter, draw: () => void): Pick<Progress, 'set' | 'step' | 'say'> {
  return {
    set(done, total) {
      meter.set(done, total)
      draw()
    },
    step(taken) {
      meter.step(taken)
      draw()
    },
    say(phase) {
      meter.say(phase)
      draw()
    },
  }
}
