import { SingleBar } from 'cli-progress'
import { visibleLine } from './visible.js'

/** A progress bar with the time left. */
export interface Progress {
  /** Sets the units done, and their total. */
  set(done: number, total: number): void
  /** Counts one more unit as done. */
  step(): void
  /** Removes the bar; call it also when the work fails. */
  stop(): void
}

/**
 * Makes a progress bar: `label` says what is done, `unit` what is counted, and `total` how many
 * units there are (0 or absent: told later, by `set`).
 */
export type MakeProgress = (label: string, unit: string, total?: number) => Progress

/** A bar on stderr; where stderr is no terminal, a line now and then. */
export function progressBar(name: string, unit: string, total = 0): Progress {
  const label = visibleLine(name)
  if (!process.stderr.isTTY) return plainProgress(label, unit, total)
  const bar = new SingleBar(
    {
      format: `${label} {bar} {percentage}% | {value}/{total} ${unit} | {duration_formatted} gone, {eta_formatted} left`,
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: true,
      etaBuffer: 50,
    },
    { format: '', barCompleteChar: '█', barIncompleteChar: '░' },
  )
  let started = false
  const start = (of: number) => {
    if (!started) bar.start(of, 0)
    started = true
  }
  if (total > 0) start(total)
  return {
    set(done, of) {
      start(of)
      bar.setTotal(of)
      bar.update(done)
    },
    step: () => bar.increment(),
    stop() {
      if (started) bar.stop()
      started = false
    },
  }
}

/** A line on stderr at most every ten seconds, for logs. */
function plainProgress(label: string, unit: string, total: number): Progress {
  let done = 0
  let last = Date.now()
  const say = (of: number) => {
    if (Date.now() - last < 10_000) return
    last = Date.now()
    process.stderr.write(`${label}: ${done}/${of} ${unit}\n`)
  }
  return {
    set(now, of) {
      done = now
      say(of)
    },
    step() {
      done++
      say(total)
    },
    stop: () => undefined,
  }
}

/** "45 s", "12 min", "3.4 h" */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}
