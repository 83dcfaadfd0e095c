import type { Dataset } from '../dataset/dataset.js'
import { ratingTextOf } from '../dataset/rating-text.js'
import type { Split } from '../dataset/split.js'
import { type CountTokens, tokenizer } from '../llm/tokens.js'
import { stream } from '../util/random.js'
import type { AugmentationConfig } from './settings.js'
import { type HistoryItem, newestThatFit } from './prompt.js'
import { promptForms } from './prompt-forms.js'

/** Gives the part of a user's train history that the prompt shows, oldest first. */
export function shownHistory(
  dataset: Dataset,
  { train }: Split,
  config: AugmentationConfig,
  seed: number,
): (user: number) => Promise<HistoryItem[]> {
  const { historyItems, historyTokens } = config
  const form = promptForms.get(config.prompt)
  let countTokens: CountTokens | undefined
  return async (user) => {
    const rng = stream(seed, 'prompt', dataset.userIds[user])
    const shown = form.shown(historyWithText(dataset, train, user), historyItems, rng)
    if (historyTokens === null) return shown
    countTokens ??= await tokenizer()
    return newestThatFit(shown, historyTokens, countTokens)
  }
}

function historyWithText(dataset: Dataset, train: Split['train'], user: number): HistoryItem[] {
  const { start, item, rating } = train
  const ratingText = ratingTextOf(dataset)
  const history: HistoryItem[] = []
  for (let k = start[user]; k < start[user + 1]; k++)
    history.push({
      text: dataset.items[item[k]],
      ...(rating && { rating: rating[k], ratingText }),
    })
  return history
}
