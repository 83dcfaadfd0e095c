// How each recorded run is made: preset, data sets, seeds and settings, fixed beforehand.
// What is not said is that of the preset's size `full`.

// In time, 2 items of Gift_Cards and 17 of xwines-slim come last: too few for anything but a random
// split.
const everywhere = {
  'amazon-2014/Beauty': { seeds: 20 },
  'amazon-2014/Sports_and_Outdoors': { seeds: 20 },
  'amazon-2018/Gift_Cards': { settings: { split: { kind: 'random' } } },
  'csv/amazon-2018-industrial': {},
  'csv/amazon-2018-office': {},
  'csv/deskdrop': {},
  'csv/ifdb': {},
  'csv/lastfm-hetrec': {},
  'csv/movietweetings': {},
  'csv/online-retail': {},
  'csv/steam': {},
  'csv/xwines-slim': { settings: { split: { kind: 'random' } } },
  'movielens-100k/ml-100k': {},
  'movielens-latest-small': {},
}

/** By name: the preset, and by data set what differs there. */
export const recipes = {
  'policy-vs-baselines': { preset: 'policy-vs-baselines', seeds: 12, data: everywhere },
  // Of one run over all of them; its split is in time.
  'universal-features': {
    preset: 'universal-features',
    seeds: 6,
    data: {
      'amazon-2014/Beauty': {
        settings: {
          others: Object.entries(everywhere)
            .filter(([name, { settings }]) => name !== 'amazon-2014/Beauty' && !settings?.split)
            .map(([name]) => ({ name })),
        },
      },
    },
  },
}

/** All that a run of a recipe on a data set takes. */
export function recipeOf(name, dataset) {
  const { preset, seeds, data } = recipes[name]
  const { settings = {}, seeds: own = seeds } = data[dataset]
  return {
    preset,
    size: 'full',
    seeds: Array.from({ length: own }, (_, seed) => seed),
    settings: { dataset: { name: dataset }, ...settings },
  }
}
