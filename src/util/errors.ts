import { withoutSecrets } from './secrets.js'

/**
 * Base class of all errors that a user can do something about. A message says in one line what is
 * wrong, the value, what is allowed and what to do, and holds no key. The command line prints the
 * message alone and exits with `exitCode`.
 */
export abstract class UnderstudyError extends Error {
  /** Exit status of the command line. */
  readonly exitCode: number = 2
  constructor(message: string, options?: ErrorOptions) {
    super(withoutSecrets(oneLine(message)), options)
    this.name = new.target.name
  }
}

/** An argument of a public function, or the data, cannot be used. */
export class InputError extends UnderstudyError {}

/**
 * A setting is unknown, out of range, or does not fit another one; or something that it needs is
 * not installed.
 */
export class ConfigError extends UnderstudyError {}

/** The content of a file is not what its format promises. */
export class DataError extends UnderstudyError {
  /** Path of the file, or address of the download. */
  readonly file: string
  /** Line in the file, 1 = the first, where one can be named. */
  readonly line?: number
  constructor(problem: string, at: { file: string; line?: number }, options?: ErrorOptions) {
    super(`${at.file}${at.line === undefined ? '' : `:${at.line}`}: ${problem}`, options)
    this.file = at.file
    this.line = at.line
  }
}

/** A chat model answered, but not in the form that was asked for. */
export class ModelOutputError extends UnderstudyError {}

/**
 * A server failed or refused: that of a chat model, or of a download. The message never holds a
 * key.
 */
export class ProviderError extends UnderstudyError {
  override readonly exitCode = 1
  /** Whether the same request may succeed later. */
  readonly retryable: boolean
  /** HTTP status, where there was one. */
  readonly status?: number
  /** Seconds that the server asked to wait, where it did. */
  readonly retryAfterSeconds?: number
  constructor(
    message: string,
    retryable: boolean,
    options: ErrorOptions & { status?: number; retryAfterSeconds?: number } = {},
  ) {
    super(message, options)
    this.retryable = retryable
    this.status = options.status
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

/** One question got no answer after all tries; others may get one. */
export class GaveUpError extends ProviderError {}

/** A training, an engine or a worker failed. */
export class ExecutionError extends UnderstudyError {
  override readonly exitCode: number = 1
}

/**
 * The work was stopped by its signal, e.g. by Ctrl-C. Its exit status is 130 = 128 + SIGINT, as
 * shells have it.
 */
export class InterruptedError extends ExecutionError {
  override readonly exitCode = 130
}

/** `value` for an error message: JSON, cut at 80 characters, control characters escaped. */
export function quote(value: unknown): string {
  const whole =
    typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? String(value))
  // Before the cut: half a password is not known as one.
  const text = withoutSecrets(whole)
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}

/** "a, b or c", for the allowed values of an error message. */
export function oneOf(allowed: readonly string[]): string {
  return allowed.length < 2
    ? allowed.join('')
    : `${allowed.slice(0, -1).join(', ')} or ${allowed.at(-1)}`
}

function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, ' ')
}
