import {
  ConfigError,
  DataError,
  ExecutionError,
  GaveUpError,
  InputError,
  InterruptedError,
  ModelOutputError,
  ProviderError,
  UnderstudyError,
} from '../util/errors.js'

/** The error family, each class after the one that it extends. */
const family = [
  UnderstudyError,
  InputError,
  ConfigError,
  DataError,
  ModelOutputError,
  ProviderError,
  GaveUpError,
  ExecutionError,
  InterruptedError,
]

/** An error as plain data, which crosses between threads: they have classes of their own. */
export interface ErrorRecord {
  message: string
  stack?: string
  /** Its class in the error family, by position; -1 = outside of it. */
  kind: number
  /** Its name, and its own plain values: exit code, file and line, HTTP status. */
  fields: Record<string, unknown>
  cause?: ErrorRecord
}

/** Whatever was thrown, as data. */
export function recordOf(thrown: unknown): ErrorRecord {
  if (!(thrown instanceof Error)) return { message: String(thrown), kind: -1, fields: {} }
  const { name, message, stack, cause } = thrown
  const plain = Object.entries(thrown).filter(([, value]) => isPlain(value))
  return {
    message,
    stack,
    kind: family.findLastIndex((one) => thrown instanceof one),
    fields: { name, ...Object.fromEntries(plain) },
    ...(cause === undefined ? {} : { cause: recordOf(cause) }),
  }
}

/** The error of a record, of the same class where that is in the family. */
export function errorOf({ message, stack, kind, fields, cause }: ErrorRecord): Error {
  const error = new Error(message, cause && { cause: errorOf(cause) })
  if (kind >= 0) Object.setPrototypeOf(error, family[kind].prototype)
  return Object.assign(error, { stack }, fields)
}

function isPlain(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value)
}
