import OpenAI from 'openai'
import { GaveUpError, ProviderError } from '../util/errors.js'
import { FilteredError, wordsOf } from './completion.js'
import { RequestFailure } from './server-fetch.js'

/** A server, as messages name it. */
export interface NamedServer {
  /** Name for messages, e.g. its base URL. */
  name: string
  /** Name of the environment variable that holds its key; absent = it needs none. */
  apiKeyVariable?: string
}

/** Whether an error is that of all questions: any other may be of one question, or pass. */
export function endsAll(error: ProviderError): boolean {
  const ofQuestion = error instanceof GaveUpError || [400, 413, 422].includes(error.status ?? 0)
  return !error.retryable && !ofQuestion
}

type Refusal = InstanceType<typeof OpenAI.APIError>

/** Says what failed and what to do, with the server's own words. */
export function providerError(error: unknown, server: NamedServer): ProviderError {
  const { name } = server
  const causes = causesOf(error)
  const own = causes.find((cause) => cause instanceof ProviderError)
  if (own) return own
  if (error instanceof OpenAI.APIError && error.status !== undefined)
    return refusal(error as Refusal, server)
  const cause = causes.find((one) => one.code) ?? causes.at(-1)!
  const { code = '', message: whole } = cause
  // Of a TLS error, without the line in Node's own sources.
  const message = whole.replace(/:\.\.\/deps.*/s, '').slice(0, 300)
  if (error instanceof OpenAI.APIError) {
    const remedy = remedies.find(([codes]) => codes.test(`${code} ${message}`))
    const found = [code, message].filter(Boolean).join(': ')
    return new ProviderError(
      `${name}: cannot be reached (${found})${remedy ? `; ${remedy[1]}` : ''}`,
      remedy?.[2] ?? true,
      { cause },
    )
  }
  // An answer cut off, or no JSON.
  return new ProviderError(`${name}: the answer could not be read (${message})`, true)
}

/** What to do about a connection that fails, and whether it may mend by itself. */
const remedies: [codes: RegExp, advice: string, mayPass: boolean][] = [
  [/ECONNREFUSED/, 'no server runs there: start it, or correct --llm-url', true],
  [/ENOTFOUND|EAI_AGAIN/, 'the host name is unknown: correct --llm-url, or set HTTPS_PROXY', true],
  [/WRONG_VERSION|PACKET_LENGTH|EPROTO/, 'it does not speak https: try http://', false],
  [
    /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS/,
    "its certificate is not trusted: NODE_EXTRA_CA_CERTS=FILE adds your organisation's",
    false,
  ],
  [/HPE_/, 'it does not speak http: try https://, or correct --llm-url', true],
  [/bad port/, 'web clients refuse this port: start the server on another port', false],
  [
    /UND_ERR_ABORTED|Proxy/,
    'the proxy of HTTPS_PROXY refused; NO_PROXY=HOST does not use it',
    true,
  ],
  [
    /TIMEOUT|TIMEDOUT|UNREACH/,
    'a firewall may block it, or you need a proxy: see HTTPS_PROXY',
    true,
  ],
]

/** An error and all that caused it, outermost first. */
function causesOf(error: unknown): (Error & { code?: string })[] {
  const causes: Error[] = []
  let at: unknown = error
  while (at instanceof Error && causes.length < 8) {
    causes.push(at)
    at = at instanceof RequestFailure ? at.reason : at.cause
  }
  return causes.length > 0 ? causes : [new Error(String(error))]
}

/** Codes of an account that has no money left: no wait helps. */
const noMoney = /insufficient_quota|billing|account_deactivated/

const filtered =
  /content_filter|content_policy|content management policy|usage polic|data_inspection_failed/i

/** An answer of the API that is an error. */
function refusal(error: Refusal, { name, apiKeyVariable }: NamedServer): ProviderError {
  const { status, headers, code, type } = error
  const words = wordsOf(error.error ?? plain(error.message.replace(/^\d+ /, ''))).replace(/\.$/, '')
  const kind = `${String(code)} ${String(type)}`
  const said = `${name}: ${status} ${words}`
  if (status === 400 && (filtered.test(kind) || filtered.test(words)))
    return new FilteredError(`${said} (filtered by the server)`, false, { status })
  const spent = status === 402 || (status === 429 && noMoney.test(kind))
  const mayPass = status === 408 || status === 409 || status === 429 || status! >= 500
  const advice = spent
    ? 'the account has no money left, and waiting does not help: see its billing page'
    : adviceFor(status!, apiKeyVariable)
  return new ProviderError(`${said}${advice ? `; ${advice}` : ''}`, mayPass && !spent, {
    status,
    retryAfterSeconds: retryAfter(headers),
  })
}

function adviceFor(status: number, apiKeyVariable: string | undefined): string {
  if (status === 401 && apiKeyVariable !== undefined)
    return process.env[apiKeyVariable]
      ? `the key in ${apiKeyVariable} was refused: set ${apiKeyVariable} to a key of this server`
      : `no key was sent: set ${apiKeyVariable}`
  if (status === 403) return 'the key is not allowed to use this model, or not from this place'
  if (status === 404) return 'check --llm-url and --llm-model'
  if (status === 407)
    return 'the proxy needs a name and a password: HTTPS_PROXY=http://NAME:PASSWORD@HOST'
  return ''
}

/** The words of a text, also of a web page. */
function plain(text: string): string {
  const start = text.slice(0, 4000)
  const words = /^\s*</.test(start) ? start.replace(/<[^>]*>/g, ' ') : start
  return words.replace(/\s+/g, ' ').trim()
}

/** Seconds by the header `retry-after-ms`, or `retry-after` in seconds or as a date. */
function retryAfter(headers: Headers | undefined): number | undefined {
  const milliseconds = Number(headers?.get('retry-after-ms') ?? NaN)
  if (milliseconds >= 0) return milliseconds / 1000
  const text = headers?.get('retry-after')
  if (!text) return undefined
  const seconds = Number.isNaN(Number(text)) ? (Date.parse(text) - Date.now()) / 1000 : Number(text)
  return seconds >= 0 ? seconds : undefined
}
