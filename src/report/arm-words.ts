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
  return placed ? `${armWords(placed[1])}, placed questions` : arm
}
