import { MultiBar, type SingleBar } from 'cli-progress'
import { isJsonLog, log, sayAbove } from './log.js'
import { Meter } from './meter.js'
import type { StepTaken, WorkPlan } from './time-left.js'
import { visibleLine } from './visible.js'

export type { StepTaken, WorkPlan } from './time-left.js'

/** What else there is to say of work that is under way. */
export interface Details {
  /** Lines below the bar. */
  lines: readonly string[]
  /** The same as numbers and names, for a log in JSON. */
  facts: object
}

/** A progress bar with the time left, estimated from the steps measured lately. */
export interface Progress {
  /** Sets the units done, and their total. */
  set(done: number, total: number): void
  /** Counts one more unit as done. @param taken - its kind and time, where the work has a plan */
  step(taken?: StepTaken): void
  /** Says what is done after the last unit, in place of the time left. */
  say(phase: string): void
  /** Says more, in place of what was said before. */
  detail?(details: Details): void
  /** Sets how many tasks are done at the same time, where the plan's number changes. */
  atOnce?(tasks: number): void
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

/** A bar on stderr; where stderr is no terminal, a line now and then; with `--log json`, JSON. */
export function progressBar(name: string, unit: string, total: number | WorkPlan = 0): Progress {
  const label = visibleLine(name)
  const meter = new Meter(unit, total)
  return process.stderr.isTTY && !isJsonLog()
    ? terminalBar(label, meter)
    : plainProgress(label, meter)
}

function terminalBar(label: string, meter: Meter): Progress {
  let below: readonly string[] = []
  const text = (line: number, width: number) =>
    line === 0 ? barLine(label, meter, width) : (below[line - 1] ?? '').slice(0, width)
  const bars = new MultiBar({
    format: (_, { maxWidth }, { line }: { line: number }) =>
      text(line, Math.min(maxWidth - 1, widest.line)),
    stream: process.stderr,
    clearOnComplete: true,
    // Ctrl-C ends the command at once, as it does without a bar.
    gracefulExit: false,
    linewrap: true,
  })
  const lines: SingleBar[] = []
  let stopped = false
  const draw = () => {
    if (!meter.known || stopped) return
    if (lines.length === 0)
      sayAbove((line) => {
        bars.log(line)
        bars.update()
      })
    while (lines.length <= below.length) lines.push(bars.create(1, 0, { line: lines.length }))
  }
  draw()
  return {
    ...counting(meter, draw),
    detail(details) {
      below = details.lines
      draw()
    },
    say(phase) {
      meter.say(phase)
      // At once: the work that follows may give no turn to the timer that draws.
      if (lines.length > 0 && !stopped) bars.update()
    },
    stop() {
      if (lines.length > 0 && !stopped) bars.stop()
      if (lines.length > 0) sayAbove(undefined)
      stopped = true
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
  let details: Details = { lines: [], facts: {} }
  const draw = () => {
    if (performance.now() - last < 10_000) return
    last = performance.now()
    const { lines, facts } = details
    log([`${label}: ${meter.text()}`, ...lines].join('; '), {
      work: label,
      ...meter.facts,
      ...facts,
    })
  }
  return {
    ...counting(meter, draw),
    detail(now) {
      details = now
      draw()
    },
    stop: () => undefined,
  }
}

/** What moves a meter, and draws it. */
export function counting(
  meter: Meter,
  draw: () => void,
): Pick<Progress, 'set' | 'step' | 'say' | 'atOnce'> {
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
    atOnce: (tasks) => meter.atOnce(tasks),
  }
}
