import { InterruptedError } from '../util/errors.js'

/** The error of a run whose signal has fired. */
export function interrupted(): InterruptedError {
  return new InterruptedError('stopped: finished seeds, trainings and answers are kept')
}
