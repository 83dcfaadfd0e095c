// A small OpenAI-compatible server as a process of its own, with every fault that real ones have.
// Plain Node.
//   node fake-openai.mjs '{"faults":0.3}'   prints its port; GET /stats says what it was asked.
import { createServer } from 'node:http'
import { completionOf, hash } from './fake-answer.mjs'

/**
 * faults: share of the requests that fail for a time; wrong: share of the prompts that never get a
 * usable answer; key, model: what is accepted, if given; loading: requests answered "Loading model"
 * first; batchSteps: polls until a batch is complete; hang: milliseconds until a request that
 * "times out" is dropped.
 */
const {
  faults = 0,
  wrong = 0,
  key,
  model,
  seed = 1,
  fingerprint = 'fp-1',
  loading = 0,
  latency = 0,
  batchSteps = 2,
  hang = 5000,
} = JSON.parse(process.argv[2] ?? '{}')

const stats = {
  requests: 0,
  answered: 0,
  repeated: 0,
  mostInFlight: 0,
  faults: {},
  batches: 0,
  polls: 0,
}
const completion = (body) => completionOf(body, { wrong, fingerprint })
const answered = new Set()
const files = new Map()
const batches = new Map()
let inFlight = 0
let state = seed >>> 0

/** Mulberry32. */
function random() {
  state = (state + 0x6d2b79f5) | 0
  let t = Math.imul(state ^ (state >>> 15), 1 | state)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
}

const json = (response, status, body, headers = {}) =>
  response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(JSON.stringify(body))
const error = (message) => ({ error: { message, type: 'error' } })

const faultKinds = {
  reset: (_, response) => response.socket.destroy(),
  'time-out': (_, response) => setTimeout(() => response.socket?.destroy(), hang).unref(),
  429: (_, response) => json(response, 429, error('slow down'), { 'retry-after-ms': '5' }),
  500: (_, response) => json(response, 500, error('oops')),
  503: (_, response) => json(response, 503, error('busy'), { 'retry-after': '0' }),
  'truncated JSON': (body, response) =>
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify(completion(body)).slice(0, 60)),
  'cut off': (body, response) => {
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-length': '100000' })
      .write(JSON.stringify(completion(body)).slice(0, 60))
    setTimeout(() => response.socket?.destroy(), 1)
  },
  'no choices': (_, response) =>
    json(response, 200, { id: 'x', object: 'chat.completion', choices: [] }),
  html: (_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>gateway</html>'),
}

function chat(body, response) {
  stats.requests++
  if (model !== undefined && body.model !== model)
    return json(response, 404, error(`the model ${body.model} does not exist`))
  if (stats.requests <= loading) return json(response, 503, error('Loading model'))
  if (random() < faults) {
    const kinds = Object.keys(faultKinds)
    const kind = kinds[Math.floor(random() * kinds.length)]
    stats.faults[kind] = (stats.faults[kind] ?? 0) + 1
    return faultKinds[kind](body, response)
  }
  const name = hash(JSON.stringify(body)).toString('hex')
  if (answered.has(name)) stats.repeated++
  answered.add(name)
  stats.answered++
  json(response, 200, completion(body))
}

/** The file field of a multipart form. */
function fileOf(raw, type) {
  const boundary = `--${/boundary=(?:"([^"]+)"|([^;]+))/.exec(type).slice(1).find(Boolean)}`
  const part = raw.split(boundary).find((one) => /name="file"/.test(one))
  return part.slice(part.indexOf('\r\n\r\n') + 4, part.lastIndexOf('\r\n'))
}

function batchOf(id) {
  const { polls, lines, broken, metadata } = batches.get(id)
  const done = polls >= batchSteps
  return {
    id,
    object: 'batch',
    metadata,
    endpoint: '/v1/chat/completions',
    status: done ? 'completed' : 'in_progress',
    request_counts: {
      total: lines.length,
      completed: done ? lines.length - broken.length : 0,
      failed: done ? broken.length : 0,
    },
    ...(done
      ? {
          output_file_id: `${id}-out`,
          ...(broken.length > 0 ? { error_file_id: `${id}-err` } : {}),
        }
      : {}),
  }
}

function submit({ input_file_id: input, metadata }) {
  const id = `batch-${++stats.batches}`
  const lines = files
    .get(input)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  // Of a batch, some requests fail on their own.
  const broken = lines.filter(({ custom_id: name }) => hash(name)[0] / 256 < faults)
  files.set(
    `${id}-out`,
    lines
      .filter((line) => !broken.includes(line))
      .map(({ custom_id, body }) =>
        JSON.stringify({
          id: 'r',
          custom_id,
          response: { status_code: 200, body: completion(body) },
          error: null,
        }),
      )
      .reverse()
      .join('\n') + '\n',
  )
  files.set(
    `${id}-err`,
    broken
      .map(({ custom_id }) =>
        JSON.stringify({
          id: 'r',
          custom_id,
          response: { status_code: 500, body: error('oops') },
          error: null,
        }),
      )
      .join('\n') + '\n',
  )
  batches.set(id, { polls: 0, lines, broken, metadata })
  return batchOf(id)
}

const server = createServer(async (request, response) => {
  inFlight++
  stats.mostInFlight = Math.max(stats.mostInFlight, inFlight)
  response.on('close', () => inFlight--)
  let raw = ''
  request.setEncoding('latin1')
  for await (const chunk of request) raw += chunk
  const text = Buffer.from(raw, 'latin1').toString()
  const { url, method } = request
  if (url === '/stats') return json(response, 200, stats)
  if (url === '/health') return json(response, stats.requests < loading ? 503 : 200, {})
  if (key !== undefined && request.headers.authorization !== `Bearer ${key}`)
    return json(
      response,
      401,
      error(`Incorrect API key provided: ${request.headers.authorization?.slice(7)}`),
    )
  if (url === '/v1/chat/completions')
    return latency > 0
      ? void setTimeout(() => chat(JSON.parse(text), response), latency)
      : chat(JSON.parse(text), response)
  if (url === '/v1/files' && method === 'POST') {
    const id = `file-${files.size}`
    files.set(id, fileOf(text, request.headers['content-type']))
    return json(response, 200, {
      id,
      object: 'file',
      purpose: 'batch',
      bytes: 0,
      created_at: 0,
      filename: 'batch.jsonl',
      status: 'processed',
    })
  }
  const content = /^\/v1\/files\/([^/]+)\/content$/.exec(url)
  if (content)
    return response
      .writeHead(200, { 'content-type': 'application/jsonl' })
      .end(files.get(content[1]))
  if (url === '/v1/batches' && method === 'POST')
    return json(response, 200, submit(JSON.parse(text)))
  if (url.startsWith('/v1/batches?'))
    return json(response, 200, {
      object: 'list',
      data: [...batches.keys()].map(batchOf),
      has_more: false,
    })
  const batch = /^\/v1\/batches\/([^/]+)$/.exec(url)
  if (batch && batches.has(batch[1])) {
    batches.get(batch[1]).polls++
    stats.polls++
    return json(response, 200, batchOf(batch[1]))
  }
  json(response, 404, error(`no such path ${url}`))
})
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`))
