import { createHash } from 'node:crypto'
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator'
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus'

/**
 * A stream of random numbers. Streams are never shared: each is derived from a seed and a name, so
 * that neither the order of work nor the number of workers can change a result.
 */
export interface Stream {
  /** Uniform in [0, 1), in steps of 2^-32. */
  uniform(): number
  /** Uniform integer in [0, n). */
  below(n: number): number
  /**
   * Standard normal, by Marsaglia's polar method: log and sqrt only, so the same bits on every
   * Node.
   */
  normal(): number
}

/**
 * The stream of random numbers of a seed and a name. The same seed and name give the same numbers.
 * @param key - the name, of any number of parts
 * @example
 * const rng = stream(7, 'pairs', 'user 12')
 * rng.uniform() // in [0, 1)
 */
export function stream(seed: number, ...key: (string | number)[]): Stream {
  const digest = createHash('sha256')
    .update(JSON.stringify([seed, ...key]))
    .digest()
  return fromGenerator(
    xoroshiro128plusFromState(
      [0, 4, 8, 12].map((at) => digest.readInt32LE(at) | (at === 0 ? 1 : 0)),
    ),
  )
}

function fromGenerator(generator: RandomGenerator): Stream {
  let spare: number | undefined
  const uniform = () => (generator.next() >>> 0) / 2 ** 32
  const normal = () => {
    if (spare !== undefined) {
      const value = spare
      spare = undefined
      return value
    }
    for (;;) {
      const x = 2 * uniform() - 1
      const y = 2 * uniform() - 1
      const s = x * x + y * y
      if (s >= 1 || s === 0) continue
      const scale = Math.sqrt((-2 * Math.log(s)) / s)
      spare = y * scale
      return x * scale
    }
  }
  return { uniform, below: (n) => Math.floor(uniform() * n), normal }
}

/** Fisher-Yates, in place. */
export function shuffle<T extends Int32Array | unknown[]>(values: T, rng: Stream): T {
  for (let i = values.length - 1; i > 0; i--) {
    const j = rng.below(i + 1)
    const swap = values[i]
    values[i] = values[j]
    values[j] = swap
  }
  return values
}

/** `count` distinct integers of [0, n), in random order (Floyd's algorithm, then a shuffle). */
export function sampleDistinct(n: number, count: number, rng: Stream): Int32Array {
  const chosen = new Set<number>()
  for (let i = n - count; i < n; i++) {
    const candidate = rng.below(i + 1)
    chosen.add(chosen.has(candidate) ? i : candidate)
  }
  return shuffle(Int32Array.from(chosen), rng)
}
