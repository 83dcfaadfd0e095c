import { join } from 'node:path'
import { Command } from 'commander'
import { type AnswerStore, openAnswerStore, readStoredAnswer } from '../llm/answer-store.js'
import { grid } from '../util/grid.js'
import { type OutOptions, printJson, put, readText, withOutOption } from './options.js'

interface AnswersOptions {
  answers: string
  json?: boolean
}

export function answersCommand(): Command {
  return new Command('answers')
    .addCommand(
      withFolder(new Command('stats'))
        .description('answers and tokens by model')
        .addHelpText('after', '\nExample:\n  understudy answers stats --json')
        .action((options: AnswersOptions) => withStore(options, (store) => stats(store, options))),
    )
    .addCommand(
      withOutOption(withFolder(new Command('export')))
        .description('all answers as JSON lines')
        .addHelpText('after', '\nExample:\n  understudy answers export --out answers.jsonl')
        .action((options: AnswersOptions & OutOptions) =>
          withStore(options, (store) =>
            put([...store.all()].map((answer) => JSON.stringify(answer) + '\n').join(''), options),
          ),
        ),
    )
    .addCommand(
      withFolder(new Command('import'))
        .description('adds answers from an export; those that are there stay')
        .argument('<file>', 'JSON lines, as export writes them; - for standard input')
        .addHelpText('after', '\nExample:\n  understudy answers import answers.jsonl')
        .action((file: string, options: AnswersOptions) =>
          withStore(options, (store) => importAnswers(store, file, options)),
        ),
    )
}

function withFolder(command: Command): Command {
  return command
    .option('--answers <folder>', 'the store', join('runs', 'answers'))
    .option('--json', 'print one JSON document to stdout and nothing else')
}

async function withStore(
  options: AnswersOptions,
  use: (store: AnswerStore) => void | Promise<void>,
): Promise<void> {
  const store = openAnswerStore(options.answers)
  try {
    await use(store)
  } finally {
    await store.close()
  }
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

async function importAnswers(
  store: AnswerStore,
  file: string,
  { json }: AnswersOptions,
): Promise<void> {
  // All lines are read before the first is stored: a bad one changes nothing.
  const answers = readText(file)
    .split('\n')
    .flatMap((line, k) =>
      line.trim() === '' ? [] : [readStoredAnswer(line, { file, line: k + 1 })],
    )
  const added = answers.filter(({ request }) => store.get(request) === undefined)
  await Promise.all(added.map((answer) => store.put(answer)))
  if (json) printJson({ read: answers.length, added: added.length, answers: store.count() })
  else process.stderr.write(`${answers.length} answers read, ${added.length} new\n`)
}
