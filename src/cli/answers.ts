import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import {
  type AnswerStore,
  openAnswerStore,
  readStoredAnswer,
  type StoredAnswer,
} from '../llm/answer-store.js'
import { repairAnswers } from '../llm/repair-answers.js'
import { grid } from '../util/grid.js'
import { unreadable } from '../util/text-file.js'
import {
  onNotice,
  type OutOptions,
  printJson,
  putBlocks,
  withJsonOption,
  withOutOption,
} from './options.js'

interface AnswersOptions {
  answers: string
  json?: boolean
}

export function answersCommand(): Command {
  return new Command('answers')
    .description('Shows, copies and repairs the stored answers of language models.')
    .addCommand(
      withFolder(new Command('stats'))
        .description('count the answers and tokens of each model, and check every answer')
        .addHelpText('after', '\nExample:\n  understudy answers stats --json')
        .action((options: AnswersOptions) =>
          withStore(options, true, (store) => stats(store, options)),
        ),
    )
    .addCommand(
      withOutOption(withFolder(new Command('export')))
        .description('print all answers as JSON lines')
        .addHelpText('after', '\nExample:\n  understudy answers export --out answers.jsonl')
        .action((options: AnswersOptions & OutOptions) =>
          withStore(options, true, (store) => putBlocks(exportLines(store), options)),
        ),
    )
    .addCommand(
      withFolder(new Command('import'))
        .description('add answers from an export; answers that are there already stay')
        .argument('<file>', 'JSON lines, as export writes them; - for standard input')
        .addHelpText('after', '\nExample:\n  understudy answers import answers.jsonl')
        .action((file: string, options: AnswersOptions) =>
          withStore(options, false, (store) => importAnswers(store, file, options)),
        ),
    )
    .addCommand(
      withFolder(new Command('repair'))
        .description('copy the readable answers of a damaged store to a new store')
        .requiredOption('--out <folder>', 'the new store')
        .addHelpText('after', '\nExample:\n  understudy answers repair --out runs/answers-repaired')
        .action(repair),
    )
}

function withFolder(command: Command): Command {
  return withJsonOption(command).option(
    '--answers <folder>',
    'folder of the answer store',
    join('runs', 'answers'),
  )
}

async function withStore(
  options: AnswersOptions,
  readOnly: boolean,
  use: (store: AnswerStore) => void | Promise<void>,
): Promise<void> {
  const store = openAnswerStore(options.answers, { readOnly })
  try {
    await use(store)
  } finally {
    await store.close()
  }
}

function* exportLines(store: AnswerStore): Generator<string> {
  for (const answer of store.all()) yield JSON.stringify(answer) + '\n'
}

function stats(store: AnswerStore, { json }: AnswersOptions): void {
  const models = new Map<
    string,
    {
      backend: string
      model: string
      answers: number
      promptTokens: number
      completionTokens: number
      cachedTokens: number
      fingerprints: string[]
    }
  >()
  for (const { request, usage, fingerprint } of store.all()) {
    const key = `${request.backend} ${request.model}`
    const own = models.get(key) ?? {
      backend: request.backend,
      model: request.model,
      answers: 0,
      promptTokens: 0,
      completionTokens: 0,
      cachedTokens: 0,
      fingerprints: [],
    }
    own.answers++
    own.promptTokens += usage?.prompt ?? 0
    own.completionTokens += usage?.completion ?? 0
    own.cachedTokens += usage?.cached ?? 0
    if (fingerprint && !own.fingerprints.includes(fingerprint)) own.fingerprints.push(fingerprint)
    models.set(key, own)
  }
  if (json) return printJson({ answers: store.count(), models: [...models.values()] })
  const rows = [...models.values()].map((own) => [
    own.backend,
    own.model,
    String(own.answers),
    String(own.promptTokens),
    String(own.cachedTokens),
    String(own.completionTokens),
    String(own.fingerprints.length),
  ])
  process.stdout.write(
    grid(
      [
        'server',
        'model',
        'answers',
        'prompt tokens',
        'of them cached',
        'answer tokens',
        'fingerprints',
      ],
      rows,
    ) + '\n',
  )
}

/** Lines without the white space around them; so a byte-order mark is none of the first one's. */
async function* linesOf(file: string): AsyncGenerator<string> {
  const input = file === '-' ? process.stdin : createReadStream(file)
  let rest = ''
  try {
    for await (const part of input.setEncoding('utf8')) {
      const lines = (rest + String(part)).split('\n')
      rest = lines.pop()!
      yield* lines.map((line) => line.trim())
    }
  } catch (error) {
    throw unreadable(file, error)
  }
  yield rest.trim()
}

/** Answers that are stored at once. */
const batchSize = 100

/** Reads and stores some at a time: a bad line ends the import, and those before it are kept. */
async function importAnswers(
  store: AnswerStore,
  file: string,
  { json }: AnswersOptions,
): Promise<void> {
  const counts = { read: 0, added: 0 }
  let batch: StoredAnswer[] = []
  const flush = async () => {
    await Promise.all(batch.map((answer) => store.put(answer)))
    batch = []
  }
  let number = 0
  for await (const line of linesOf(file)) {
    number++
    if (line === '') continue
    const answer = readStoredAnswer(line, { file, line: number })
    counts.read++
    if (store.get(answer.request) !== undefined) continue
    counts.added++
    batch.push(answer)
    if (batch.length === batchSize) await flush()
  }
  await flush()
  if (json) printJson({ ...counts, answers: store.count() })
  else onNotice(`${counts.read} answers read, ${counts.added} new`)
}

async function repair({ answers, out, json }: AnswersOptions & { out: string }): Promise<void> {
  const counts = await repairAnswers(answers, out)
  if (json) return printJson({ folder: out, ...counts })
  const { copied, damaged } = counts
  onNotice(
    `${copied} answers copied to ${out}, ${damaged} records were damaged; use it by --answers ${out}`,
  )
}
