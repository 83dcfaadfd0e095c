import { InvalidArgumentError } from 'commander'

/** A whole number of at least `least`, as a flag's value. */
export function wholeNumber(least: number) {
  return (text: string): number => {
    const value = Number(text)
    if (!Number.isInteger(value) || value < least)
      throw new InvalidArgumentError(`expected a whole number of at least ${least}`)
    return value
  }
}

/** A number from `least` to `most`, as a flag's value. */
export function fraction(least: number, most: number) {
  return (text: string): number => {
    const value = Number(text)
    if (text.trim() === '' || !(value >= least && value <= most))
      throw new InvalidArgumentError(`expected a number from ${least} to ${most}`)
    return value
  }
}

/** A finite number, as a flag's value. */
export function number(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value))
    throw new InvalidArgumentError('expected a number')
  return value
}
