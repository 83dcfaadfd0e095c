import { lookup } from 'node:dns'
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { InterruptedError, ProviderError, quote } from '../util/errors.js'
import { isPublic } from './public-address.js'

/** Milliseconds without a byte after which a server counts as dead. */
const patience = 60_000
const mostRedirects = 5

/** Headers of a request, and the signal that ends it. */
export interface RequestOptions {
  headers?: Record<string, string>
  signal?: AbortSignal
}

/**
 * Asks for an address by https; by http on this machine alone. A redirect may lead to the same
 * server, or to a public one by https on its usual port: never into a private network.
 * @throws ProviderError where there is no connection, or the way leads elsewhere
 */
export async function request(
  address: string,
  options: RequestOptions = {},
): Promise<IncomingMessage> {
  let url = new URL(address)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url)))
    throw new ProviderError(`${address}: only https is allowed`, false)
  let guarded = false
  for (let k = 0; k <= mostRedirects; k++) {
    const response = await ask(url, options, guarded)
    const { statusCode = 0, headers } = response
    if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined)
      return response
    response.destroy()
    const next = URL.canParse(headers.location, url.href)
      ? new URL(headers.location, url.href)
      : undefined
    const problem = next === undefined ? 'no address' : problemOf(next, url)
    if (problem !== undefined || next === undefined)
      throw new ProviderError(
        `${address}: the server leads to ${quote(headers.location)}, which is ${problem}; understudy took nothing from there`,
        false,
      )
    guarded ||= next.origin !== url.origin
    url = next
  }
  throw new ProviderError(`${address}: more than ${mostRedirects} redirects`, false)
}

/** Why a redirect is not followed; undefined where it is. */
function problemOf(next: URL, from: URL): string | undefined {
  if (next.username !== '' || next.password !== '') return 'an address with a password'
  if (next.origin === from.origin) return undefined
  if (next.protocol !== 'https:') return 'not https'
  if (next.port !== '') return `port ${next.port}, not that of https`
  const host = next.hostname.replace(/^\[|\]$/g, '')
  if (isLoopback(next) || (isIP(host) > 0 && !isPublic(host))) return 'not on the public internet'
  return undefined
}

function ask(
  url: URL,
  { headers, signal }: RequestOptions,
  guarded: boolean,
): Promise<IncomingMessage> {
  const { get } = url.protocol === 'https:' ? https : http
  return new Promise((resolve, reject) => {
    const asking = get(
      url,
      {
        headers: { 'accept-encoding': 'identity', 'user-agent': 'understudy', ...headers },
        signal,
        timeout: patience,
        ...(guarded ? { lookup: publicLookup } : {}),
      },
      resolve,
    )
    asking.on('timeout', () => asking.destroy(new Error(`nothing came for ${patience / 1000} s`)))
    asking.on('error', (error: NodeJS.ErrnoException) => {
      const why = `${url}: no connection (${error.code ?? error.message})`
      const known = error instanceof ProviderError
      reject(interruptedOr(signal, known ? error : new ProviderError(why, true, { cause: error })))
    })
  })
}

/** The error, or that of the signal where it has fired. */
export function interruptedOr(signal: AbortSignal | undefined, error: Error): Error {
  return signal?.aborted ? new InterruptedError('stopped: what was downloaded is kept') : error
}

/** At the moment of the connection, so that a name cannot change its address after the check. */
const publicLookup: LookupFunction = (hostname, options, callback) =>
  lookup(hostname, options, (error, address, family) => {
    const all = typeof address === 'string' ? [{ address }] : (address ?? [])
    const inside = all.find((one) => !isPublic(one.address))
    const problem =
      inside &&
      new ProviderError(
        `the server leads to ${hostname}, which is ${inside.address}: not on the public internet`,
        false,
      )
    callback(error ?? problem ?? null, address, family)
  })

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname)
}
