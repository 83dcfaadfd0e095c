import type { RequestInit as AgentRequestInit } from 'undici'
import { GaveUpError, ProviderError } from '../util/errors.js'
import { keepSecretsOf } from '../util/secrets.js'
import type { ChatHooks } from './backends/backend.js'

/** Largest body that is read, bytes: an answer's, and that of a file of a batch's answers. */
const mostBytes = { answer: 4 * 2 ** 20, file: 256 * 2 ** 20 }

/** A file may take so many times as long as an answer. */
const fileTimes = 10

/** Most redirects of one request. */
const mostRedirects = 3

/** A request that can be put more than once. */
interface Request {
  method: string
  headers: Headers
  body: string | Uint8Array<ArrayBuffer> | undefined
  signal: AbortSignal | undefined
}

/** Bounds of an answer. */
interface Bounds {
  /** Base URL of the server, for messages. */
  name: string
  /** Longest time until the answer is there with all its bytes. */
  seconds: number
  /** Most bytes. */
  most: number
}

/**
 * Carries what made a request fail past the client, which takes an error that speaks of a time-out
 * for its own and forgets its cause.
 */
export class RequestFailure extends Error {
  constructor(readonly reason: unknown) {
    super('the request failed')
  }
}

/** Base URLs without /v1 whose API was found behind /v1. */
const behindV1 = new Set<string>()

/**
 * Makes a `fetch` that gives whole answers only, within a time and a size; that sends nothing to
 * another host than the one named, but for the proxy of HTTP_PROXY or HTTPS_PROXY; and that tries
 * the /v1 that a base URL lacks.
 * @param base - base URL of all requests, without a query
 * @param timeoutSeconds - longest time until an answer is there with all its bytes
 * @param hooks - told when /v1 is added, and of each request beside the first
 */
export function serverFetch(
  base: string,
  timeoutSeconds: number,
  { onNotice, further }: ChatHooks = {},
): typeof fetch {
  return async (input, init) => {
    const url = input as string
    const own = url.slice(base.length)
    const isFile = own.startsWith('/files')
    const bounds = {
      name: base,
      seconds: timeoutSeconds * (isFile ? fileTimes : 1),
      most: isFile ? mostBytes.file : mostBytes.answer,
    }
    const request = await repeatable(init)
    const put = (to: string) => whole(to, request, bounds, further)
    const versioned = `${base}/v1${own}`
    if (behindV1.has(base)) return put(versioned)
    const answer = await put(url)
    if (/\/v\d/.test(new URL(base).pathname) || !(await isNoApi(answer))) return answer
    await further?.()
    const other = await put(versioned)
    if (await isNoApi(other)) return answer
    if (!behindV1.has(base))
      onNotice?.(`${base} is not a chat API, but ${base}/v1 is; understudy asks there`)
    behindV1.add(base)
    return other
  }
}

/** Whether an answer is that of a path without an API: LM Studio's is an error with status 200. */
async function isNoApi(answer: Response): Promise<boolean> {
  if (answer.status === 404 || answer.status === 405) return true
  if (!answer.ok) return false
  if (/\bhtml\b/.test(answer.headers.get('content-type') ?? '')) return true
  return /^\s*\{\s*"error"\s*:\s*"Unexpected endpoint/.test(await answer.clone().text())
}

/** A form becomes bytes: it can be sent only by the `fetch` that it belongs to. */
async function repeatable(init: RequestInit = {}): Promise<Request> {
  const { method = 'GET', body, signal } = init
  const headers = new Headers(init.headers)
  const request = { method, headers, signal: signal ?? undefined }
  if (!(body instanceof FormData)) return { ...request, body: body as string | undefined }
  const form = new Response(body)
  headers.set('content-type', form.headers.get('content-type')!)
  return { ...request, body: new Uint8Array(await form.arrayBuffer()) }
}

/** The answer with its whole body. @throws ProviderError where it takes too long or is too large */
async function whole(
  url: string,
  request: Request,
  { name, seconds, most }: Bounds,
  further?: ChatHooks['further'],
): Promise<Response> {
  const stop = new AbortController()
  const abort = () => stop.abort()
  let late = false
  const timer = setTimeout(() => {
    late = true
    stop.abort()
  }, seconds * 1000)
  request.signal?.addEventListener('abort', abort)
  try {
    if (request.signal?.aborted) abort()
    const { status, headers, body } = await follow(
      url,
      { ...request, signal: stop.signal },
      { name, further },
    )
    const bytes = await read(body, most)
    if (!bytes)
      throw new GaveUpError(`${name}: the answer has more than ${most / 2 ** 20} MiB`, false)
    if (status < 200 || status > 599)
      throw new ProviderError(
        `${name}: answered with status ${status}, which HTTP does not have`,
        true,
      )
    const said = status >= 400 ? errorOf(bytes) : bytes
    return new Response(said.length > 0 ? said : null, { status, headers: [...headers] })
  } catch (error) {
    stop.abort()
    const lateness = `no complete answer within ${seconds} s; raise llm.timeoutSeconds to wait longer`
    throw new RequestFailure(late ? new ProviderError(`${name}: ${lateness}`, true) : error)
  } finally {
    clearTimeout(timer)
    request.signal?.removeEventListener('abort', abort)
  }
}

/** The bytes of a body; undefined where they are more than `most`. */
async function read(body: AsyncIterable<Uint8Array> | null, most: number) {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    size += chunk.length
    if (size > most) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** The body of a refusal: of one that is JSON, the client keeps what lies under `error` alone. */
function errorOf(bytes: Buffer<ArrayBuffer>): Buffer<ArrayBuffer> | string {
  try {
    const body = JSON.parse(bytes.toString()) as object | null
    return body && 'error' in body ? bytes : JSON.stringify({ error: body })
  } catch {
    return bytes
  }
}

/**
 * Puts a request, and once more where the server sends it elsewhere on itself: to another host go
 * neither prompts nor keys, and a redirect that would drop the request's body is not followed.
 */
async function follow(
  url: string,
  request: Request,
  { name, further }: Pick<ChatHooks, 'further'> & { name: string },
  redirects = 0,
) {
  const { fetch, dispatcher } = await agent()
  const init = { ...request, headers: [...request.headers], redirect: 'manual', dispatcher }
  const answer = await fetch(url, init as AgentRequestInit)
  const location = answer.headers.get('location')
  if (location === null || answer.status < 300 || answer.status > 399) return answer
  await answer.body?.cancel()
  const to = URL.canParse(location, url) ? new URL(location, url) : undefined
  const keepsBody = answer.status >= 307 || request.method === 'GET'
  const here = to?.origin === new URL(url).origin
  if (to && here && keepsBody && redirects < mostRedirects) {
    await further?.()
    return follow(to.href, request, { name, further }, redirects + 1)
  }
  throw new ProviderError(
    `${name}: it redirects (${answer.status}) to ${to ? to.origin + to.pathname : 'no address'}:` +
      ' not followed, since questions and keys go only to the server that you named; if you mean' +
      ' that one, give its address to --llm-url',
    false,
  )
}

let made: ReturnType<typeof makeAgent> | undefined
const agent = () => (made ??= makeAgent())

/** Node's own `fetch` knows no proxy before Node 24, and gives up after 300 s. */
async function makeAgent() {
  const { EnvHttpProxyAgent, fetch } = await import('undici')
  const { env } = process
  for (const name of ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY']) {
    const proxy = env[name]
    if (!proxy) continue
    if (!/^(https?|socks5?):$/.test(URL.canParse(proxy) ? new URL(proxy).protocol : ''))
      throw new ProviderError(
        `${name} is not the address of a proxy, such as http://proxy:3128`,
        false,
      )
    keepSecretsOf(new URL(proxy))
  }
  // What runs on this machine is reached without a proxy.
  const noProxy = [env['no_proxy'] ?? env['NO_PROXY'] ?? '', 'localhost,127.0.0.1,[::1]'].join(',')
  const dispatcher = new EnvHttpProxyAgent({
    noProxy,
    // Many proxies make tunnels for https alone.
    proxyTunnel: false,
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  return { fetch, dispatcher }
}
