import { describe, expect, it } from 'vitest'
import { datasetConfig } from '#src/dataset/config.js'
import { findDatasets, resolveDataset } from '#src/dataset/find.js'
import { loadDataset } from '#src/dataset/load.js'
import { sources } from '#src/dataset/sources/index.js'
import { folderOf } from '../support/files.js'
import { conformance } from './source.js'
import { amazon2014, amazon2018, amazon2023, amazon2023Raw, review } from './sources/amazon.js'
import { customCsv, customJson, folderExample } from './sources/custom-files.js'
import { customSource, log } from './sources/custom-source.js'
import { movielens100k, movielensCsv, movielensDat } from './sources/movielens.js'
import { recbole } from './sources/recbole.js'

sources.add(log)

const examples = [
  amazon2014,
  amazon2018,
  amazon2023,
  amazon2023Raw,
  movielensCsv,
  movielensDat,
  movielens100k,
  recbole,
  folderExample,
  customSource,
]

for (const example of [...examples, customCsv, customJson]) conformance(example)

describe('the registry of sources', () => {
  it('has an example in this suite for each of its entries', () => {
    expect([...new Set(examples.map(({ source }) => source))]).toEqual(sources.names())
  })

  it('gives a name that two sources find to the first, custom sources last', async () => {
    const root = folderOf({
      'both/events.log': 'u i 1\n',
      'both/names.log': 'i=Top\n',
      'both/u.data': '1\t2\t3\t4\n',
      'both/u.item': '',
      'both/ratings.dat': '',
      'both/movies.dat': '',
    })
    expect(await findDatasets(root)).toMatchObject([{ name: 'both', family: 'movielens-dat' }])
  })

  it('resolves the alias of a data set, unless another has it as its name', async () => {
    const inter = 'user_id:token\titem_id:token\nu\ti\n'
    const root = folderOf({ 'toys/toys.inter': inter })
    expect((await resolveDataset(root, 'toys')).name).toBe('toys/toys')
    const both = folderOf({
      'toys/toys.inter': inter,
      'toys/events.log': 'u i 1\n',
      'toys/names.log': 'i=Top\n',
    })
    expect(await resolveDataset(both, 'toys')).toMatchObject({ name: 'toys', family: 'log' })
  })

  it('chooses the 5-core and the gzipped file where there are several, and says so', async () => {
    const root = folderOf({
      'a/reviews_Toys.json.gz': review(),
      'a/reviews_Toys_5.json': review(),
      'a/reviews_Toys_5.json.gz': review({ reviewerID: 'A5' }),
    })
    const dataset = await loadDataset(datasetConfig.parse({ name: 'a/Toys' }), { dataRoot: root })
    expect(dataset.userIds).toEqual(['A5'])
    expect(dataset.notes[0]).toBe(
      'reviews_Toys_5.json.gz was read, not reviews_Toys_5.json, reviews_Toys.json.gz',
    )
  })
})
