import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findDatasets, linksOf } from '#src/dataset/find.js'
import { loadDataset } from '#src/dataset/load.js'
import { folderOf } from '../support/files.js'

const orders = 'user_id,item_id\nann,a\n'

/** A root with links as DVC and git-annex make them. */
function linkedRoot(): string {
  const outside = folderOf({ 'cache/7f3a': orders, 'ml/interactions.csv': orders })
  const root = folderOf({
    'real/interactions.csv': orders,
    'store/objects/1': orders,
    'annex/readme': '',
    'lost/readme': '',
    'dvc/readme': '',
    'told/dataset.json': JSON.stringify({ interactions: 'orders.csv' }),
  })
  symlinkSync('../store/objects/1', join(root, 'annex/interactions.csv'))
  symlinkSync('../store/objects/2', join(root, 'lost/interactions.csv'))
  symlinkSync(join(outside, 'cache/7f3a'), join(root, 'dvc/interactions.csv'))
  symlinkSync(join(outside, 'cache/7f3a'), join(root, 'told/orders.csv'))
  symlinkSync(join(outside, 'ml'), join(root, 'ml'))
  return root
}

const namesOf = (found: { name: string }[]) => found.map(({ name }) => name)

describe('links under the data root', () => {
  it('are followed inside of it, and out of it where that is asked for', async () => {
    const root = linkedRoot()
    expect(namesOf(await findDatasets(root))).toEqual(['annex', 'real', 'told'])
    const all = await findDatasets(root, { followLinks: true })
    expect(namesOf(all)).toEqual(['annex', 'dvc', 'ml', 'real', 'told'])
    for (const { name } of all)
      expect((await loadDataset({ name, followLinks: true }, { dataRoot: root })).userIds).toEqual([
        'ann',
      ])
  })

  it('are named where they are not read', async () => {
    const links = (await linksOf(linkedRoot())).filter(({ link }) => link !== undefined)
    expect(links.map(({ name, link }) => [name, link])).toEqual([
      ['dvc', 'outside'],
      ['lost', 'broken'],
      ['ml', 'outside'],
    ])
  })

  it('may lead to the root itself', async () => {
    const root = join(folderOf({}), 'linked')
    symlinkSync(linkedRoot(), root)
    expect((await loadDataset('annex', { dataRoot: root })).userIds).toEqual(['ann'])
  })

  it.each([
    ['ml', false, /a link in dataset "ml" leads out of the data root .*--follow-links/],
    ['dvc', false, /a link in dataset "dvc" leads out of the data root .*--follow-links/],
    ['told', false, /orders\.csv: the file is a link that leads out of .*--follow-links/],
    ['lost', true, /interactions\.csv: the file is a link to .*objects\/2", which is not there/],
  ])('are refused in words: %s', async (name, followLinks, message) => {
    const load = loadDataset({ name, followLinks }, { dataRoot: linkedRoot() })
    await expect(load).rejects.toThrow(message)
  })
})
