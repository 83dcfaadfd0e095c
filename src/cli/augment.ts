import { existsSync } from 'node:fs'
import { Command } from 'commander'
import { type Augmentation, Augmenter } from '../augmentation/augmenter.js'
import { pairRecords } from '../augmentation/pair-files.js'
import type { Dataset } from '../dataset/dataset.js'
import { idFinder, readIds } from '../dataset/id-files.js'
import { splitDataset } from '../dataset/split.js'
import type { ExperimentConfig, Settings } from '../experiment/config.js'
import { setUp } from '../experiment/setup.js'
import { Trial, type TrialOptions } from '../experiment/trial.js'
import { refuseFailedJudge } from '../judge/last-verdict.js'
import { chatBackend } from '../llm/backends/index.js'
import type { ChatModel } from '../llm/chat-model.js'
import { type Estimate, estimateCalls } from '../llm/estimate.js'
import { fillByBatch } from '../llm/fill-by-batch.js'
import { chatModel, inFlightOf } from '../llm/model.js'
import { InputError, quote } from '../util/errors.js'
import { interruption } from './interrupt.js'
import {
  chatOptionsOf,
  type CommonOptions,
  engineOf,
  fraction,
  loadConfigured,
  type OutOptions,
  printJson,
  put,
  readText,
  settingsOf,
  wholeNumber,
  withDataOptions,
  withEngineOption,
  withLlmOptions,
  withOutOption,
} from './options.js'
import { duration, progressBar } from '../util/progress.js'
import { checkPolicy, selectShowing } from './select.js'

interface AugmentOptions extends CommonOptions, OutOptions {
  users?: string
  policy?: string
  pairs?: number
  dryRun?: boolean
  batch?: boolean
  maxCalls?: number
  maxCost?: number
  anyway?: boolean
  seed: number
}

/** `understudy augment`: asks a chat model about selected users. */
export function augmentCommand(): Command {
  return withEngineOption(withOutOption(withLlmOptions(withDataOptions(new Command('augment')))))
    .option(
      '--users <file or number>',
      'user ids, one a line, as `understudy select` prints them; - for standard input.' +
        ' With --policy, how many (default: policy.budget, 300)',
    )
    .option(
      '--policy <policy>',
      'select the users: random, all, top:FEATURE, bottom:FEATURE, learned',
    )
    .option(
      '--pairs <n>',
      'pairs put to each user (default: augmentation.pairsPerUser, 10)',
      wholeNumber(1),
    )
    .option(
      '--dry-run',
      'ask nothing; print how many calls and tokens it would take, its cost and time,' +
        ' and how many answers are stored already',
    )
    .option(
      '--batch',
      'ask by the OpenAI Batch API: half the price, within a day; stop the command at any time and repeat it to continue',
    )
    .option('--max-calls <n>', 'most calls of the server', wholeNumber(0))
    .option(
      '--max-cost <amount>',
      'most money; stops before the call that could exceed it (needs a known price, or --set llm.price)',
      fraction(0, Infinity),
    )
    .option('--anyway', 'ask a judge even if it failed its last audit')
    .option('--seed <s>', 'seed of the questions', wholeNumber(0), 0)
    .addHelpText('after', examples)
    .action(augment)
}

const examples = `
Examples:
  understudy augment --policy top:V --users 300 --pairs 10 --out pairs.jsonl
  understudy select --policy top:V | understudy augment --users - > pairs.jsonl
  understudy augment --users users.txt --llm-url http://localhost:8080/v1 --llm-model my-model \\
    --dry-run
  understudy augment --policy top:V --gguf model.gguf --set augmentation.asking=likelihood \\
    --out pairs.jsonl`

async function augment(options: AugmentOptions): Promise<void> {
  const wanted = wantedUsers(options)
  if (options.pairs !== undefined) options.set.push(['augmentation.pairsPerUser', options.pairs])
  if ('budget' in wanted && wanted.budget !== undefined)
    options.set.push(['policy.budget', wanted.budget])
  const settings = settingsOf(options)
  const { config, runtime } = settings
  if (!options.anyway && !options.dryRun) refuseFailedJudge(config, options.answers)
  const signal = interruption()
  const { maxCalls, maxCost } = options
  const chat = { ...chatOptionsOf(options, runtime), maxCalls, maxCost }
  const model = chatModel(config.llm, chat)
  const dataset = await loadConfigured(config, options, signal)
  const users = await selected(wanted, dataset, config, options, { signal, ...chat })
  const split = splitDataset(dataset, config.split)
  const newAugmenter = (judge: ChatModel) =>
    new Augmenter(dataset, split, judge, config.augmentation, {
      seed: options.seed,
      concurrency: inFlightOf(config.llm, runtime.llm),
      signal,
    })
  const augmenter = newAugmenter(model)
  if (options.dryRun) return dryRun(settings, model, augmenter, users, options)
  if (options.batch) {
    const bar = progressBar('batch', 'questions')
    const onProgress = (done: number, total: number) => bar.set(done, total)
    const filling = { ...chat, signal, onProgress }
    await fillByBatch(augmenter.prompts(users), model, config.llm, filling).finally(() =>
      bar.stop(),
    )
  }
  const asking = options.batch
    ? newAugmenter(chatModel(config.llm, { ...chat, batched: true }))
    : augmenter
  const bar = progressBar('asking', 'users', users.length)
  const augmentation = await asking.augment(users, () => bar.step()).finally(() => bar.stop())
  process.stderr.write(outcomeText(model, augmentation))
  putPairs(augmentation, model, dataset, options)
}

/** Users to ask: a policy and how many, or a list of ids. */
type Wanted = { policy: string; budget?: number } | { ids: string }

/** @throws InputError where neither a policy nor a list of ids is given */
function wantedUsers({ users, policy }: AugmentOptions): Wanted {
  if (policy === undefined) {
    if (users === undefined)
      throw new InputError('say which users: --users FILE (or -), or --policy top:V --users 300')
    if (/^\d+$/.test(users) && !existsSync(users))
      throw new InputError(
        `--users ${users} is no file; to select ${users} users add --policy, e.g. --policy top:V`,
      )
    return { ids: readText(users) }
  }
  checkPolicy(policy)
  if (users === undefined) return { policy }
  if (!/^[1-9]\d*$/.test(users))
    throw new InputError(
      `--users ${quote(users)}: with --policy it is how many users, a whole number of at least 1`,
    )
  return { policy, budget: Number(users) }
}

async function selected(
  wanted: Wanted,
  dataset: Dataset,
  config: ExperimentConfig,
  options: AugmentOptions,
  run: TrialOptions,
): Promise<Int32Array> {
  if ('ids' in wanted)
    return readIds(
      wanted.ids,
      options.users!,
      idFinder(dataset.userIds, 'user', `in ${dataset.name}`),
    )
  const { seed } = options
  const engine = engineOf(options, config)
  const trial = new Trial(setUp(dataset, config), { seed, engine, ...run })
  return (await selectShowing(trial, wanted.policy)).users
}

async function dryRun(
  { config: { llm }, runtime }: Settings,
  model: ChatModel,
  augmenter: Augmenter,
  users: Int32Array,
  { answers, json, batch = false }: AugmentOptions,
): Promise<void> {
  const options = { runtime: runtime.llm, answers, batch }
  const expected = await estimateCalls(augmenter.prompts(users), model, llm, options)
  if (json) return printJson({ judge: model.name, users: users.length, ...expected })
  const { calls, stored, promptTokens, answerTokens } = expected
  const asked = `${calls} calls about ${users.length} users, ${stored} of them stored already`
  const tokens = `${promptTokens} prompt tokens and ${answerTokens} answer tokens to pay`
  const cost = chatBackend(llm).free ? 'free' : costText(expected)
  const time = batch ? '; within a day' : timeText(expected, model)
  process.stdout.write(`${model.name}: ${asked}; ${tokens}; ${cost}${time}\n`)
}

function costText({ cost }: Estimate): string {
  if (!cost) return 'price not known (--set llm.price)'
  return `at most ${cost.amount.toFixed(4)} ${cost.currency} at the prices of ${cost.priceOf}`
}

function timeText({ seconds }: Estimate, { offline }: ChatModel): string {
  if (seconds !== undefined) return `; about ${duration(seconds)} at the rate of its last answers`
  return offline ? '' : '; time not known before its first answers'
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
