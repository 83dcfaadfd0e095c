import { existsSync } from 'node:fs'
import { Command } from 'commander'
import { type Augmentation, Augmenter } from '../augmentation/augmenter.js'
import { pairRecords } from '../augmentation/pair-files.js'
import type { Dataset } from '../dataset/dataset.js'
import { idFinder, readIds } from '../dataset/id-files.js'
import { splitDataset } from '../dataset/split.js'
import type { Settings } from '../experiment/config.js'
import { armQuestions } from '../experiment/possible-questions.js'
import { Trial } from '../experiment/trial.js'
import type { ChatModel } from '../llm/chat-model.js'
import { fillByBatch } from '../llm/fill-by-batch.js'
import { chatModel, inFlightOf } from '../llm/model.js'
import { InputError, quote } from '../util/errors.js'
import { checkJudge, judgeOptionsOf, sayPrice } from './asking.js'
import { interruption } from './interrupt.js'
import {
  type AskingOptions,
  engineOf,
  loadConfigured,
  type OutOptions,
  printJson,
  put,
  readText,
  settingsOf,
  setUpConfigured,
  wholeNumber,
  withAskingOptions,
  withDataOptions,
  withEngineOption,
  withOutOption,
  onNotice,
} from './options.js'
import { progressBar } from '../util/progress.js'
import { checkPolicy, selectShowing } from './select.js'

interface AugmentOptions extends AskingOptions, OutOptions {
  users?: string
  policy?: string
  pairs?: number
  batch?: boolean
  seed: number
}

/** `understudy augment`: asks a chat model about selected users. */
export function augmentCommand(): Command {
  return withEngineOption(withOutOption(withAskingOptions(withDataOptions(new Command('augment')))))
    .description(
      'Asks a judge which of two new items each selected user would prefer, and prints the ' +
        'answers as preference pairs: JSON lines of user, preferred, other, margin, agree.',
    )
    .option(
      '--users <file or number>',
      'ids of users, one per line, as `understudy select` prints them; - for standard input.' +
        ' With --policy: the number of users (default: policy.budget, 300)',
    )
    .option(
      '--policy <policy>',
      'select users by: random, all, top:FEATURE, bottom:FEATURE, learned',
    )
    .option(
      '--pairs <n>',
      'number of questions about each user (default: augmentation.pairsPerUser, 10)',
      wholeNumber(1),
    )
    .option(
      '--batch',
      'ask through the OpenAI Batch API: half the price, answers within a day. You can stop the command at any time; repeat it to continue',
    )
    .option('--seed <s>', 'seed of the questions', wholeNumber(0), 0)
    .addHelpText('after', examples)
    .action(augment)
}

const examples = `
Examples:
  understudy augment --policy top:V --users 300 --pairs 10 --out pairs.jsonl
  understudy select --policy top:V | understudy augment --users - > pairs.jsonl
  understudy augment --users users.txt --llm-url http://localhost:8080/v1 \\
    --llm-model my-model --dry-run
  understudy augment --policy top:V --gguf model.gguf \\
    --set augmentation.asking=likelihood --out pairs.jsonl`

async function augment(options: AugmentOptions): Promise<void> {
  const wanted = wantedUsers(options)
  if (options.pairs !== undefined) options.set.push(['augmentation.pairsPerUser', options.pairs])
  if ('budget' in wanted && wanted.budget !== undefined)
    options.set.push(['policy.budget', wanted.budget])
  const settings = settingsOf(options)
  checkJudge(options, settings)
  const { config } = settings
  const signal = interruption()
  const chat = { ...judgeOptionsOf(options, settings), signal }
  const model = chatModel(config.llm, chat)
  const dataset = await loadConfigured(config, options, signal)
  const trialOf = () =>
    new Trial(setUpConfigured(dataset, settings), {
      seed: options.seed,
      engine: engineOf(options, config),
      ...chat,
    })
  const newAugmenter = (judge: ChatModel) =>
    new Augmenter(dataset, splitDataset(dataset, config.split), judge, config.augmentation, {
      seed: options.seed,
      concurrency: inFlightOf(config.llm, chat.runtime),
      signal,
    })
  const augmenter = newAugmenter(model)
  const users = await selected(wanted, trialOf, dataset, augmenter, settings, options)
  if (!users) return
  if (options.batch) {
    const bar = progressBar('batch', 'questions')
    const onProgress = (done: number, total: number) => bar.set(done, total)
    const filling = { ...chat, onProgress }
    await fillByBatch(augmenter.prompts(users), model, config.llm, filling).finally(() =>
      bar.stop(),
    )
  }
  const asking = options.batch
    ? newAugmenter(chatModel(config.llm, { ...chat, batched: true }))
    : augmenter
  const bar = progressBar('asking', 'users', users.length)
  const augmentation = await asking.augment(users, () => bar.step()).finally(() => bar.stop())
  onNotice(outcomeText(model, augmentation))
  putPairs(augmentation, model, dataset, options)
}

/** Users to ask: a policy and how many, or a list of ids. */
type Wanted = { policy: string; budget?: number } | { ids: string }

/** @throws InputError where neither a policy nor a list of ids is given */
function wantedUsers({ users, policy }: AugmentOptions): Wanted {
  if (policy === undefined) {
    if (users === undefined)
      throw new InputError('choose users: --users FILE (or -), or --policy top:V --users 300')
    if (/^\d+$/.test(users) && !existsSync(users))
      throw new InputError(
        `--users ${users} is not a file; to select ${users} users, add --policy, e.g. --policy top:V`,
      )
    return { ids: readText(users) }
  }
  checkPolicy(policy)
  if (users === undefined) return { policy }
  if (!/^[1-9]\d*$/.test(users))
    throw new InputError(
      `--users ${quote(users)}: with --policy, --users is the number of users: a whole number of at least 1`,
    )
  return { policy, budget: Number(users) }
}

/**
 * The users to ask about, after the price of asking was said; undefined where that was all, by
 * --dry-run. A policy that learns asks in order to learn, so that the price comes before its users.
 */
async function selected(
  wanted: Wanted,
  trialOf: () => Trial,
  dataset: Dataset,
  augmenter: Augmenter,
  settings: Settings,
  options: AugmentOptions,
): Promise<Int32Array | undefined> {
  const { llm, policy } = settings.config
  const judge = chatModel(llm)
  if ('policy' in wanted && wanted.policy === 'learned' && policy.judge === 'same') {
    const trial = trialOf()
    const questions = armQuestions(trial, { name: 'learned', users: { learned: true } })
    const about = { users: trial.setup.features.users.length }
    const how = { ...options, batch: false }
    const goOn = await sayPrice(judge.name, questions, settings, how, about)
    return goOn ? (await selectShowing(trial, wanted.policy, progressBar)).users : undefined
  }
  const users =
    'ids' in wanted
      ? readIds(wanted.ids, options.users!, idFinder(dataset.userIds, 'user', `in ${dataset.name}`))
      : (await selectShowing(trialOf(), wanted.policy, progressBar)).users
  const questions = [{ judge, llm, prompts: augmenter.prompts(users) }]
  const goOn = await sayPrice(judge.name, questions, settings, options, { users: users.length })
  return goOn ? users : undefined
}

/** Questions and failures in lines for people, the most frequent failures first. */
function outcomeText({ name }: ChatModel, augmentation: Augmentation): string {
  const { calls, failed, failures, firstPositionShare, ordered, flipRate, both } = augmentation
  const percent = (share: number, n: number) => `${(100 * share).toFixed(1)} % of ${n}`
  const outcome = [
    `${calls} questions`,
    `${failed} without a usable answer`,
    ...(firstPositionShare === undefined
      ? []
      : [`first option chosen in ${percent(firstPositionShare, ordered)}`]),
    ...(flipRate === undefined ? [] : [`orders disagree in ${percent(flipRate, both)}`]),
  ]
  const reasons = [...failures].sort((a, b) => b[1] - a[1]).slice(0, 5)
  const more = failures.size - reasons.length
  return [
    `${name}: ${outcome.join(', ')}`,
    ...reasons.map(([reason, count]) => `  ${count} x ${reason.replace(/\p{Cc}/gu, ' ')}`),
    ...(more > 0 ? [`  and ${more} other reasons`] : []),
    ...(failed > 0 ? ['  the same command asks again what got no answer'] : []),
  ]
    .map((line) => line + '\n')
    .join('')
}

function putPairs(
  { pairs, failures, ...counts }: Augmentation,
  model: ChatModel,
  dataset: Dataset,
  options: AugmentOptions,
): void {
  const records = pairRecords(pairs, dataset)
  if (options.json)
    printJson({
      dataset: dataset.name,
      fingerprint: dataset.fingerprint,
      judge: model.name,
      ...counts,
      failures: Object.fromEntries(failures),
      pairs: records,
    })
  else put(records.map((record) => JSON.stringify(record) + '\n').join(''), options)
}
