import type { SummaryRow } from '../run/summary.js'
import { armName } from './labels.js'

/** Names of arms in words. */
const words: Record<string, string> = {
  none: 'nobody',
  random: 'random users',
  all: 'everybody',
  'best-feature': 'best feature',
  learned: 'learned users',
  content: 'text alone',
  'content-map': 'text: content map',
  'content-knn': 'text: likeness to the history',
  'content-nearest': 'text: nearest item',
  'similar-popularity': 'text: popularity of similar',
}

/**
 * An arm in words: `learned/placed` is "learned users, placed questions", `top:V` "highest V"; a
 * name that is none of the usual ones stays as it is.
 */
export function armWords(arm: string): string {
  if (Object.hasOwn(words, arm)) return words[arm]
  const feature = /^(top|bottom):(\w+)$/.exec(arm)
  if (feature) return `${feature[1] === 'top' ? 'highest' : 'lowest'} ${feature[2]}`
  const placed = /^(.*)\/placed$/.exec(arm)
  if (placed) return `${armWords(placed[1])}, placed questions`
  const onText = /^content\/(.*)$/.exec(arm)
  return onText ? `text and ${armWords(onText[1])}` : arm
}

/** An arm as a part of a sentence: "asking learned users", "asking by highest V", "text alone". */
export function armDone(arm: string): string {
  const onText = /^content\/(.*)$/.exec(arm)
  if (onText) return `${armDone(onText[1])} on top of text`
  const name = armWords(arm)
  if (name === arm || name.startsWith('text')) return name
  return /^(best feature|highest|lowest)/.test(name) ? `asking by ${name}` : `asking ${name}`
}

/** An arm in words, with what else tells it apart. */
export const armTitle = ({ policy, factors }: Pick<SummaryRow, 'policy' | 'factors'>) =>
  armName({ policy: armWords(policy), factors })
