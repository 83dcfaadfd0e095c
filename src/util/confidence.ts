/** How sure a difference is, in words, by the p-value of its test; undefined: it was not tested. */
export function confidenceWords(p: number | undefined): string {
  if (p === undefined || Number.isNaN(p)) return 'Not known'
  if (p < 0.001)
    return 'High: chance alone makes so large a difference less than once in 1,000 times'
  if (p < 0.05) return 'Fair: chance alone makes so large a difference less than once in 20 times'
  return 'Low: chance alone can make a difference of this size'
}
