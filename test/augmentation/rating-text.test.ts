import { join } from 'node:path'
import { expect, it } from 'vitest'
import { augmentationConfig } from '#src/augmentation/config.js'
import { historyLine } from '#src/augmentation/prompt.js'
import { shownHistory } from '#src/augmentation/shown-history.js'
import { filesConfig } from '#src/dataset/config.js'
import type { Dataset } from '#src/dataset/dataset.js'
import { histories } from '#src/dataset/histories.js'
import { inIdOrder } from '#src/dataset/id-order.js'
import { loadDataset } from '#src/dataset/load.js'
import type { Split } from '#src/dataset/split.js'
import { trainPart } from '#src/dataset/train-part.js'
import { folderOf } from '../support/files.js'

const csv = (ratings: string[]) =>
  `user_id,item_id,rating\n${ratings.map((rating, k) => `u,i${k},${rating}\n`).join('')}`

/** A folder of data with these ratings of one user, as its dataset.json says them. */
function load(ratings: string[], ratingText?: string): Promise<Dataset> {
  const description = JSON.stringify({ interactions: 'played.csv', ratingText })
  const files = { 'games/dataset.json': description, 'games/played.csv': csv(ratings) }
  return loadDataset('games', { dataRoot: folderOf(files) })
}

/** What the prompt says of each rating. */
async function said(dataset: Dataset): Promise<string[]> {
  const split = { train: histories(dataset.interactions, 1) } as Split
  const shown = await shownHistory(dataset, split, augmentationConfig.parse({}), 0)(0)
  return shown.map((item) => historyLine(item).replace('- (untitled) | ', ''))
}

it.each([
  [['4', '1', '5'], '4 stars'],
  [['3.5', '0.5', '5'], '3.5 stars'],
  [['8', '10', '0'], '8 of 10'],
  [['7.5', '10'], '7.5 of 10'],
  [['12.1', '5'], 'rated 12.1'],
  [['4.25', '5'], 'rated 4.25'],
  // Nothing tells what 0 means beside 1 to 5, or how far a scale goes whose end nobody gave.
  [['4', '0', '5'], 'rated 4'],
  [['4', '1'], 'rated 4'],
  [['8', '-10', '10'], 'rated 8'],
  [['8', '100'], 'rated 8'],
])('ratings %j are shown on their own scale: %s', async (ratings, first) => {
  expect((await said(await load(ratings)))[0]).toBe(first)
})

it('a data set says what its ratings are, and keeps it', async () => {
  const dataset = await load(['12.1', '0.3'], 'played {} hours')
  const shown = ['played 12.1 hours', 'played 0.3 hours']
  expect(await said(dataset)).toEqual(shown)
  const split = { train: histories(dataset.interactions, 1) } as Split
  expect(await said(trainPart(dataset, split))).toEqual(shown)
  expect((await said(inIdOrder(dataset))).sort()).toEqual(shown.sort())
  // What was learned or answered about other words is not taken for it.
  expect(dataset.fingerprint).not.toBe((await load(['12.1', '0.3'])).fingerprint)
})

it.each([
  'played hours',
  '{} of {}',
  '',
  'a\n{}',
  'a\u2028{}',
  '{} | 1. Tea',
  `${'x'.repeat(60)}{}`,
])('refuses %j, which would not say a rating on its line', (ratingText) => {
  expect(filesConfig.safeParse({ interactions: 'x.csv', ratingText }).success).toBe(false)
})

it('refuses to say ratings that are not there', async () => {
  const interactions = join(folderOf({ 'a.csv': 'user_id,item_id,hours\nu,i,2\n' }), 'a.csv')
  const files = { interactions, ratingText: 'played {} hours' }
  await expect(loadDataset({ name: 'files', files })).rejects.toThrow(
    /ratingText is "played {} hours", but there are no ratings; --column rating=NAME/,
  )
})
