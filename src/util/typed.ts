/** An array in shared memory, which worker threads read without a copy. */
export function sharedInt32(length: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(length * 4))
}

/** An array in shared memory, which worker threads read without a copy. */
export function sharedFloat32(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * 4))
}

/** An array in shared memory, which worker threads read without a copy. */
export function sharedFloat64(length: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(length * 8))
}

/** 0, 1, ..., n - 1 */
export function range(n: number): Int32Array {
  const numbers = new Int32Array(n)
  for (let i = 0; i < n; i++) numbers[i] = i
  return numbers
}

/** Entries for which `keep`, which is called twice, holds; `filter` takes a list of them all. */
export function where(values: Int32Array, keep: (value: number) => boolean): Int32Array {
  let count = 0
  for (let k = 0; k < values.length; k++) if (keep(values[k])) count++
  if (count === values.length) return values
  const kept = new Int32Array(count)
  for (let k = 0, at = 0; k < values.length; k++) if (keep(values[k])) kept[at++] = values[k]
  return kept
}

/**
 * Number of different values.
 * @param values - each of 0 .. size - 1
 * @param chosen - positions of those that count; default all
 */
export function countDistinct(values: Int32Array, size: number, chosen?: Int32Array): number {
  const seen = new Uint8Array(size)
  let count = 0
  for (let k = 0; k < (chosen ?? values).length; k++) {
    const value = values[chosen ? chosen[k] : k]
    count += 1 - seen[value]
    seen[value] = 1
  }
  return count
}

/** The entries of a, then those of b. */
export function concat(a: Int32Array, b: Int32Array): Int32Array {
  const both = new Int32Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

/** The bytes of a typed array, not copied. */
export function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
