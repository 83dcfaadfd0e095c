/** Arrays from this length on are put into shared memory whole. */
const longList = 1000

/**
 * Entries as JSON, one after another in shared memory; entry k is bytes[start[k] .. start[k + 1]).
 */
interface SharedList {
  sharedList: { bytes: Uint8Array; start: Float64Array }
}

/**
 * A copy of plain objects, arrays and typed arrays whose bulk lies in shared memory, so that worker
 * threads that are given it hold it once; `readShared` makes it readable there. Entries of long
 * arrays must be JSON.
 */
export function share(value: unknown): unknown {
  if (ArrayBuffer.isView(value))
    return value.buffer instanceof SharedArrayBuffer ? value : inSharedMemory(value as Float64Array)
  if (Array.isArray(value)) return value.length < longList ? value.map(share) : sharedList(value)
  return isPlain(value) ? mapValues(value, share) : value
}

/**
 * Reads what `share` made. Entries of its long arrays are parsed again at each look, and cannot be
 * set.
 */
export function readShared(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readShared)
  if (!isPlain(value)) return value
  return 'sharedList' in value ? readableList(value as SharedList) : mapValues(value, readShared)
}

function sharedList(values: unknown[]): SharedList {
  const entries = values.map((value) => Buffer.from(JSON.stringify(value)))
  const start = new Float64Array(new SharedArrayBuffer(8 * (entries.length + 1)))
  entries.forEach((entry, k) => (start[k + 1] = start[k] + entry.length))
  const bytes = new Uint8Array(new SharedArrayBuffer(start[entries.length]))
  entries.forEach((entry, k) => bytes.set(entry, start[k]))
  return { sharedList: { bytes, start } }
}

/** An array to all that reads it. */
function readableList({ sharedList: { bytes, start } }: SharedList): unknown[] {
  const length = start.length - 1
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const indexOf = (key: string | symbol) =>
    typeof key === 'string' && /^\d+$/.test(key) && Number(key) < length ? Number(key) : -1
  return new Proxy([], {
    has: (target, key) => indexOf(key) >= 0 || key in target,
    get(target, key) {
      if (key === 'length') return length
      const k = indexOf(key)
      return k < 0
        ? (Reflect.get(target, key) as unknown)
        : (JSON.parse(text.toString('utf8', start[k], start[k + 1])) as unknown)
    },
    set: () => false,
  })
}

function inSharedMemory<T extends Float64Array | Uint8Array>(values: T): T {
  const copy = new (values.constructor as new (buffer: SharedArrayBuffer) => T)(
    new SharedArrayBuffer(values.byteLength),
  )
  copy.set(values)
  return copy
}

function isPlain(value: unknown): value is object {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  )
}

function mapValues(value: object, map: (own: unknown) => unknown): object {
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, map(own)]))
}
