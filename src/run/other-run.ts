import { ConfigError, quote } from '../util/errors.js'
import { type Difference, differences } from '../util/differences.js'
import type { RunOrigin } from './result.js'

/** Differences that a message has room for. */
const most = 8

/**
 * In what two runs differ that a result depends on: version, data and engine first, then settings.
 * Seeds do not count: a run may be given more of them.
 */
export function originDifferences(one: RunOrigin, other: RunOrigin): Difference[] {
  const named = ({ provenance }: RunOrigin) => {
    const { configHash: _, understudy, dataFingerprint, otherFingerprints, ...rest } = provenance
    return {
      version: understudy,
      ...rest,
      'fingerprint of the data': dataFingerprint,
      'fingerprints of the other data': otherFingerprints,
    }
  }
  const settings = differences(one.config, other.config)
  // The name of the data set is a setting too.
  const origin = differences(named(one), named(other)).filter(({ path }) => path !== 'dataset')
  return [...origin, ...settings]
}

/**
 * Refuses to write a run into the folder of another one.
 * @param seeds - finished seeds of the other run
 * @param before - what the folder is for; undefined where it does not say
 * @throws ConfigError
 */
export function refuseOther(
  folder: string,
  seeds: number[],
  before: RunOrigin | undefined,
  now: RunOrigin,
): never {
  const found = before ? originDifferences(before, now) : []
  const said = found.slice(0, most).map(({ path, values: [there, here] }) => {
    return `${path} is ${valueText(there)} there and ${valueText(here)} here`
  })
  if (found.length > most) said.push(`${found.length - most} more`)
  const what = seeds.length > 0 ? `finished seeds (${seeds.join(', ')})` : 'results'
  const why = said.length > 0 ? said.join('; ') : 'it does not say of which'
  throw new ConfigError(
    `${folder} has ${what} of another run: ${why}; name another folder (--out), or remove this one`,
  )
}

/** A value of a setting in a sentence. */
export function valueText(value: unknown): string {
  return value === undefined ? 'not set' : quote(value)
}
