import { Command } from 'commander'
import { Augmenter } from '../augmentation/augmenter.js'
import { pairRecords, readUsers } from '../augmentation/pair-files.js'
import { splitDataset } from '../dataset/split.js'
import { chatModel } from '../llm/openai-chat.js'
import { refuseFailedJudge } from './audit.js'
import { interruption } from './interrupt.js'
import { type CommonOptions, configOf, loadConfigured, type OutOptions, printJson, put, readText, wholeNumber, withDataOptions, withLlmOptions, withOutOption } from './options.js'
import { progressBar } from './progress.js'

interface AugmentOptions extends CommonOptions, OutOptions {
  users: string
  anyway?: boolean
  seed: number
}

export function augmentCommand(): Command {
  return withOutOption(withLlmOptions(withDataOptions(new Command('augment'))))
    .description('asks a chat model to play users: pairs of new items as JSON lines (user, preferred, other, margin)')
    .requiredOption('--users <file>', 'user ids, one a line, as `understudy select` prints them; - for standard input')
    .option('--anyway', 'also a judge that failed its audit')
    .option('--seed <s>', 'seed of the questions', wholeNumber(0), 0)
    .addHelpText('after', '\nExamples:\n  understudy select --policy top:V | understudy augment --users - > pairs.jsonl\n  understudy augment --users users.txt --llm-url http://localhost:8080/v1 --llm-model my-model --out pairs.jsonl')
    .action(augment)
}

async function augment(options: AugmentOptions): Promise<void> {
  const config = configOf(options)
  if (!options.anyway) refuseFailedJudge(config, options.answers)
  const signal = interruption()
  const text = readText(options.users)
  const model = chatModel(config.llm, options)
  const dataset = await loadConfigured(config, options, signal)
  const users = readUsers(text, options.users, dataset)
  const augmenter = new Augmenter(dataset, splitDataset(dataset, config.split), model, config.augmentation, { seed: options.seed, concurrency: config.llm.concurrency, signal })
  const bar = progressBar('asking', 'users', users.length)
  const { pairs, ...counts } = await augmenter.augment(users, () => bar.step()).finally(() => bar.stop())
  const records = pairRecords(pairs, dataset)
  process.stderr.write(`${model.name}: ${counts.calls} questions, ${counts.failed} without a readable answer, first option chosen in ${(100 * counts.firstPositionShare).toFixed(1)} %\n`)
  if (options.json) printJson({ dataset: dataset.name, fingerprint: dataset.fingerprint, judge: model.name, ...counts, pairs: records })
  else put(records.map((record) => JSON.stringify(record) + '\n').join(''), options)
}
