/**
 * A bar of `width` cells for a number that is at least 0, in eighths of a cell.
 * @param most - the number that fills it
 */
export function bar(value: number, most: number, width: number): string {
  if (!(value > 0) || !(most > 0)) return ''
  const eighths = Math.round((8 * width * Math.min(value, most)) / most)
  const part = eighths % 8
  return '█'.repeat(Math.floor(eighths / 8)) + (part > 0 ? ' ▏▎▍▌▋▊▉'[part] : '')
}
