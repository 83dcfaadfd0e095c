import { existsSync } from 'node:fs'
import { Command } from 'commander'
import { Augmenter } from '../augmentation/augmenter.js'
import { pairRecords, readUsers } from '../augmentation/pair-files.js'
import { splitDataset } from '../dataset/split.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { openAnswerStore, requestOf } from '../llm/answer-store.js'
import type { ChatModel } from '../llm/chat-model.js'
import { costOf } from '../llm/limits.js'
import { chatModel } from '../llm/openai-chat.js'
import { promptTokens } from '../llm/tokens.js'
import { refuseFailedJudge } from './audit.js'
import { interruption } from './interrupt.js'
import { type CommonOptions, configOf, fraction, loadConfigured, type OutOptions, printJson, put, readText, wholeNumber, withDataOptions, withLlmOptions, withOutOption } from './options.js'
import { progressBar } from './progress.js'

interface AugmentOptions extends CommonOptions, OutOptions {
  users: string
  dryRun?: boolean
  maxCalls?: number
  maxCost?: number
  anyway?: boolean
  seed: number
}

export function augmentCommand(): Command {
  return withOutOption(withLlmOptions(withDataOptions(new Command('augment'))))
    .description('asks a chat model to play users: pairs of new items as JSON lines (user, preferred, other, margin)')
    .requiredOption('--users <file>', 'user ids, one a line, as `understudy select` prints them; - for standard input')
    .option('--dry-run', 'ask nothing: say how many calls, tokens and what cost it would be, and how much is stored already')
    .option('--max-calls <n>', 'stop before the call after this many', wholeNumber(0))
    .option('--max-cost <amount>', 'stop before the call that could cost more in all (needs --set llm.price)', fraction(0, Infinity))
    .option('--anyway', 'also a judge that failed its audit')
    .option('--seed <s>', 'seed of the questions', wholeNumber(0), 0)
    .addHelpText('after', '\nExamples:\n  understudy select --policy top:V | understudy augment --users - > pairs.jsonl\n  understudy augment --users users.txt --llm-url http://localhost:8080/v1 --llm-model my-model --out pairs.jsonl\n  understudy augment --users users.txt --llm-url http://localhost:8080/v1 --llm-model my-model --dry-run')
    .action(augment)
}

async function augment(options: AugmentOptions): Promise<void> {
  const config = configOf(options)
  if (!options.anyway && !options.dryRun) refuseFailedJudge(config, options.answers)
  const signal = interruption()
  const text = readText(options.users)
  const model = chatModel(config.llm, options)
  const dataset = await loadConfigured(config, options, signal)
  const users = readUsers(text, options.users, dataset)
  const augmenter = new Augmenter(dataset, splitDataset(dataset, config.split), model, config.augmentation, { seed: options.seed, concurrency: config.llm.concurrency, signal })
  if (options.dryRun) return dryRun(config, model, augmenter, users, options)
  const bar = progressBar('asking', 'users', users.length)
  const { pairs, ...counts } = await augmenter.augment(users, () => bar.step()).finally(() => bar.stop())
  const records = pairRecords(pairs, dataset)
  process.stderr.write(`${model.name}: ${counts.calls} questions, ${counts.failed} without a readable answer, first option chosen in ${(100 * counts.firstPositionShare).toFixed(1)} %\n`)
  if (options.json) printJson({ dataset: dataset.name, fingerprint: dataset.fingerprint, judge: model.name, ...counts, pairs: records })
  else put(records.map((record) => JSON.stringify(record) + '\n').join(''), options)
}

async function dryRun({ llm }: ExperimentConfig, model: ChatModel, augmenter: Augmenter, users: Int32Array, { answers, json }: AugmentOptions): Promise<void> {
  const store = llm.url !== undefined && answers !== undefined && existsSync(answers) ? openAnswerStore(answers) : undefined
  const count = { calls: 0, stored: 0, promptTokens: 0, answerTokens: 0 }
  for await (const { messages, options } of augmenter.prompts(users)) {
    count.calls++
    if (store?.get(requestOf(model, llm.url!, messages, options))) {
      count.stored++
      continue
    }
    count.promptTokens += await promptTokens(messages)
    count.answerTokens += options.maxTokens
  }
  await store?.close()
  const cost = llm.price && { amount: costOf({ prompt: count.promptTokens, completion: count.answerTokens, cached: 0 }, llm.price), currency: llm.price.currency, priceOf: llm.price.date }
  if (json) return printJson({ judge: model.name, users: users.length, ...count, ...(cost ? { cost } : {}) })
  const price = model.offline ? 'free' : cost ? `at most ${cost.amount.toFixed(4)} ${cost.currency} at the prices of ${cost.priceOf}` : 'price not known (--set llm.price)'
  process.stdout.write(`${model.name}: ${count.calls} calls about ${users.length} users, ${count.stored} of them stored already; ${count.promptTokens} prompt tokens and ${count.answerTokens} answer tokens to pay; ${price}\n`)
}
