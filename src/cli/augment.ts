import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { type Augmentation, Augmenter } from '../augmentation/augmenter.js'
import { pairRecords, readUsers } from '../augmentation/pair-files.js'
import type { Dataset } from '../dataset/dataset.js'
import { splitDataset } from '../dataset/split.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { prepare } from '../experiment/prepare.js'
import { type ChatRequest, openAnswerStore, requestOf } from '../llm/answer-store.js'
import { askByBatch } from '../llm/batch.js'
import type { ChatModel } from '../llm/chat-model.js'
import { costOf } from '../llm/limits.js'
import { backendOf, chatModel, inFlightOf } from '../llm/model.js'
import { mostAnswerTokens, requestParameters } from '../llm/parameters.js'
import { priceOf } from '../llm/prices.js'
import { promptTokens } from '../llm/tokens.js'
import { InputError, ProviderError, quote } from '../util/errors.js'
import { refuseFailedJudge } from './audit.js'
import { interruption } from './interrupt.js'
import { chatOptionsOf, type CommonOptions, configOf, engineOf, fraction, loadConfigured, onNotice, type OutOptions, printJson, put, readText, wholeNumber, withDataOptions, withEngineOption, withLlmOptions, withOutOption } from './options.js'
import { duration, progressBar } from '../util/progress.js'
import { checkPolicy, selectUsers } from './select.js'

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

export function augmentCommand(): Command {
  return withEngineOption(withOutOption(withLlmOptions(withDataOptions(new Command('augment')))))
    .description('asks a chat model to play users: pairs of new items as JSON lines (user, preferred, other, margin, agree)')
    .option('--users <file or number>', 'user ids, one a line, as `understudy select` prints them; - for standard input. With --policy, how many (default: policy.budget, 300)')
    .option('--policy <policy>', 'select the users: random, all, top:FEATURE, bottom:FEATURE, learned')
    .option('--pairs <n>', 'pairs put to each user (default: augmentation.pairsPerUser, 10)', wholeNumber(1))
    .option('--dry-run', 'ask nothing: say how many calls, tokens, what cost and time it would be, and how much is stored already')
    .option('--batch', 'ask by the OpenAI Batch API: half the price, within a day; may be left and gone on with')
    .option('--max-calls <n>', 'stop before the call after this many', wholeNumber(0))
    .option('--max-cost <amount>', 'stop before the call that could cost more in all (needs a known price, or --set llm.price)', fraction(0, Infinity))
    .option('--anyway', 'also a judge that failed its audit')
    .option('--seed <s>', 'seed of the questions', wholeNumber(0), 0)
    .addHelpText(
      'after',
      '\nExamples:\n  understudy augment --policy top:V --users 300 --pairs 10 --out pairs.jsonl\n  understudy select --policy top:V | understudy augment --users - > pairs.jsonl\n  understudy augment --users users.txt --llm-url http://localhost:8080/v1 --llm-model my-model --dry-run\n  understudy augment --policy top:V --gguf model.gguf --set augmentation.asking=likelihood --out pairs.jsonl',
    )
    .action(augment)
}

async function augment(options: AugmentOptions): Promise<void> {
  const users = wantedUsers(options)
  if (options.pairs !== undefined) options.set.push(['augmentation.pairsPerUser', options.pairs])
  if ('budget' in users && users.budget !== undefined) options.set.push(['policy.budget', users.budget])
  const config = configOf(options)
  if (!options.anyway && !options.dryRun) refuseFailedJudge(config, options.answers)
  const signal = interruption()
  const chat = { ...chatOptionsOf(options), maxCalls: options.maxCalls, maxCost: options.maxCost }
  const model = chatModel(config.llm, chat)
  const dataset = await loadConfigured(config, options, signal)
  const selected = 'ids' in users ? readUsers(users.ids, options.users!, dataset) : (await selectUsers(prepare(dataset, config), users.policy, options.seed, () => engineOf(options, config), { signal, ...chat })).users
  const split = splitDataset(dataset, config.split)
  const newAugmenter = (judge: ChatModel) => new Augmenter(dataset, split, judge, config.augmentation, { seed: options.seed, concurrency: inFlightOf(config.llm), signal })
  const augmenter = newAugmenter(model)
  if (options.dryRun) return dryRun(config, model, augmenter, selected, options)
  if (options.batch) await batch(config, model, augmenter, selected, options, signal)
  const asking = options.batch ? newAugmenter(chatModel(config.llm, { ...chat, batched: true })) : augmenter
  const bar = progressBar('asking', 'users', selected.length)
  const augmentation = await asking.augment(selected, () => bar.step()).finally(() => bar.stop())
  process.stderr.write(describe(model, augmentation))
  putPairs(augmentation, model, dataset, options)
}

/** Half the price of asking at once. */
const batchDiscount = 0.5

/** Fills the answer store, so that asking finds all answers there. */
async function batch({ llm, augmentation }: ExperimentConfig, model: ChatModel, augmenter: Augmenter, users: Int32Array, options: AugmentOptions, signal: AbortSignal): Promise<void> {
  const { answers, maxCalls = Infinity, maxCost = Infinity } = options
  if (llm.url === undefined || answers === undefined || augmentation.asking !== 'choice') throw new InputError('--batch needs a server with the OpenAI Batch API: --llm-url https://api.openai.com/v1 --llm-model NAME')
  const backend = llm.url
  const store = openAnswerStore(answers)
  const requests: ChatRequest[] = []
  let cost = 0
  const price = priceOf(llm)
  for await (const prompt of augmenter.prompts(users)) {
    const request = requestOf(model, { backend, parameters: requestParameters(llm) }, prompt)
    if (store.get(request) !== undefined) continue
    requests.push(request)
    if (price && maxCost < Infinity) cost += batchDiscount * costOf({ prompt: await promptTokens(prompt.messages), completion: mostAnswerTokens(llm) ?? prompt.options.maxTokens, cached: 0 }, price)
  }
  if (requests.length > maxCalls) throw new ProviderError(`nothing sent: ${requests.length} questions are more than --max-calls ${maxCalls}`, false)
  if (cost > maxCost) throw new ProviderError(`nothing sent: ${requests.length} questions could cost ${cost.toFixed(4)} ${price!.currency} as a batch, more than --max-cost ${maxCost}`, false)
  const folder = join(answers, 'batches', createHash('sha256').update(JSON.stringify([backend, model.name])).digest('hex').slice(0, 32))
  const bar = progressBar('batch', 'questions')
  await askByBatch(llm, requests, store, folder, { signal, pollSeconds: llm.batchPollSeconds, onProgress: (done, total) => bar.set(done, total), onNotice }).finally(() => bar.stop())
  await store.close()
}

/** A policy and how many users, or a list of ids. */
function wantedUsers({ users, policy }: AugmentOptions): { policy: string; budget?: number } | { ids: string } {
  if (policy === undefined) {
    if (users === undefined) throw new InputError('say which users: --users FILE (or -), or --policy top:V --users 300')
    if (/^\d+$/.test(users) && !existsSync(users)) throw new InputError(`--users ${users} is no file; to select ${users} users add --policy, e.g. --policy top:V`)
    return { ids: readText(users) }
  }
  checkPolicy(policy)
  if (users === undefined) return { policy }
  if (!/^[1-9]\d*$/.test(users)) throw new InputError(`--users ${quote(users)}: with --policy it is how many users, a whole number of at least 1`)
  return { policy, budget: Number(users) }
}

function describe({ name }: ChatModel, { calls, failed, failures, firstPositionShare, flipRate }: Augmentation): string {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  const order = [...(firstPositionShare === undefined ? [] : [`first option chosen in ${percent(firstPositionShare)}`]), ...(flipRate === undefined ? [] : [`orders disagree in ${percent(flipRate)}`])]
  const reasons = [...failures].sort((a, b) => b[1] - a[1]).slice(0, 5)
  return [
    `${name}: ${[`${calls} questions`, `${failed} without a usable answer`, ...order].join(', ')}`,
    ...reasons.map(([reason, count]) => `  ${count} x ${reason.replace(/\p{Cc}/gu, ' ')}`),
    ...(failures.size > reasons.length ? [`  and ${failures.size - reasons.length} other reasons`] : []),
    ...(failed > 0 ? ['  the same command asks again what got no answer'] : []),
  ]
    .map((line) => line + '\n')
    .join('')
}

function putPairs({ pairs, failures, ...counts }: Augmentation, model: ChatModel, dataset: Dataset, options: AugmentOptions): void {
  const records = pairRecords(pairs, dataset)
  if (options.json) printJson({ dataset: dataset.name, fingerprint: dataset.fingerprint, judge: model.name, ...counts, failures: Object.fromEntries(failures), pairs: records })
  else put(records.map((record) => JSON.stringify(record) + '\n').join(''), options)
}

async function dryRun({ llm }: ExperimentConfig, model: ChatModel, augmenter: Augmenter, users: Int32Array, { answers, json, batch = false }: AugmentOptions): Promise<void> {
  const backend = backendOf(llm)
  const store = backend !== undefined && answers !== undefined && existsSync(answers) ? openAnswerStore(answers) : undefined
  const source = { backend: backend ?? '', parameters: requestParameters(llm) }
  const count = { calls: 0, stored: 0, promptTokens: 0, answerTokens: 0 }
  for await (const prompt of augmenter.prompts(users)) {
    count.calls++
    if (store?.get(requestOf(model, source, prompt))) {
      count.stored++
      continue
    }
    count.promptTokens += await promptTokens(prompt.messages)
    count.answerTokens += mostAnswerTokens(llm) ?? prompt.options.maxTokens
  }
  const rate = backend === undefined ? undefined : store?.server(backend, model.name)?.seconds
  await store?.close()
  const price = priceOf(llm)
  const cost = price && { amount: (batch ? batchDiscount : 1) * costOf({ prompt: count.promptTokens, completion: count.answerTokens, cached: 0 }, price), currency: price.currency, priceOf: price.date }
  const seconds = rate === undefined || batch ? undefined : ((count.calls - count.stored) * rate) / inFlightOf(llm)
  if (json) return printJson({ judge: model.name, users: users.length, ...count, ...(cost ? { cost } : {}), ...(seconds === undefined ? {} : { seconds }) })
  const free = model.offline || llm.gguf !== undefined
  const says = free ? 'free' : cost ? `at most ${cost.amount.toFixed(4)} ${cost.currency} at the prices of ${cost.priceOf}` : 'price not known (--set llm.price)'
  const time = batch ? '; within a day' : seconds === undefined ? (model.offline ? '' : '; time not known before its first answers') : `; about ${duration(seconds)} at the rate of its last answers`
  process.stdout.write(`${model.name}: ${count.calls} calls about ${users.length} users, ${count.stored} of them stored already; ${count.promptTokens} prompt tokens and ${count.answerTokens} answer tokens to pay; ${says}${time}\n`)
}
