/** A shop and a procedure so small that a whole run takes a second or two: numbers mean nothing. */
export const tiny = {
  dataset: { synthetic: { users: 200, items: 200 } },
  model: { epochs: 1 },
  bag: { epochs: 1 },
  contentMap: { rank: 8 },
  augmentation: { pairsPerUser: 3 },
  evaluation: { ks: [10] },
  policy: { budget: 10, runs: 1, iterations: 2, episodes: 2, rewardK: 10 },
}

/** The same as flags of the command line. */
export const tinyFlags = Object.entries(tiny).flatMap(([section, settings]) => [
  '--set',
  `${section}=${JSON.stringify(settings)}`,
])

/** Flags of a shop that is small, but large enough for commands with their own settings. */
export const shopFlags = [
  ...['--set', 'dataset.synthetic={"users":400,"items":400}'],
  ...['--set', 'evaluation.ks=[10]'],
]
