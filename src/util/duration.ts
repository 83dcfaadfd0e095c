/** "45 s", "12 min", "3.4 h" */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}

const units: [seconds: number, name: string][] = [
  [365.25 * 86_400, 'year'],
  [30.44 * 86_400, 'month'],
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
]

/** "3 days", "1 minute", "just now", also for a time ahead of a clock that was set back. */
export function age(seconds: number): string {
  const unit = units.find(([length]) => seconds >= length)
  if (unit === undefined) return 'just now'
  const count = Math.floor(seconds / unit[0])
  return `${count} ${unit[1]}${count === 1 ? '' : 's'}`
}
