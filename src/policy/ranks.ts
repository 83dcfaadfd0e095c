/**
 * Ranks of the values [n], from -1 (lowest) to 1 (highest); ties share the mean of their ranks. The
 * rank of a single value is 0.
 */
export function ranks(values: number[]): number[] {
  const last = Math.max(1, values.length - 1)
  return values.map((x) => {
    const below = values.filter((y) => y < x).length
    const equal = values.filter((y) => y === x).length
    return values.length === 1 ? 0 : (2 * (below + (equal - 1) / 2)) / last - 1
  })
}
