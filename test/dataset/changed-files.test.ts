import { describe, expect, it } from 'vitest'
import { loadDataset } from '#src/dataset/load.js'
import { folderOf } from '../support/files.js'

const root = () =>
  folderOf({
    'fm/fm.inter': 'who:token\tartist_id:token\tplays:float\nann\ta\t2\n\tb\t3\n',
    'fm/fm.item': 'artist_id:token\tlabel:token_seq\tclass:token_seq\na\tThe Band\tfolk rock\n',
    'shop/dataset.json': JSON.stringify({
      interactions: 'o.csv',
      columns: { user: 'who' },
      badRows: 'skip',
      dialect: { delimiter: ';' },
      ratingText: 'played {} hours',
    }),
    'shop/o.csv': 'who;what;item_id;rating\nann;x;a;2\n;x;b;3\n',
  })

describe('files of a named data set', () => {
  it('are read as settings say, over what is known of them', async () => {
    const columns = { user: 'who', rating: 'plays', title: 'label' }
    const files = { columns, badRows: 1 }
    const { userIds, items, interactions } = await loadDataset(
      { name: 'fm', files },
      { dataRoot: root() },
    )
    expect([userIds, [...interactions.rating!]]).toEqual([['ann'], [2]])
    expect(items).toEqual([{ title: 'The Band', categories: [['folk'], ['rock']] }])
  })

  it('keep what a description says and a setting does not', async () => {
    const files = { columns: { item: 'what' } }
    const load = (more: object) =>
      loadDataset({ name: 'shop', files: { ...files, ...more } }, { dataRoot: root() })
    const { itemIds, userIds, ratingText } = await load({})
    expect([userIds, itemIds, ratingText]).toEqual([['ann'], ['x'], 'played {} hours'])
    expect((await load({ ratingText: '{} h' })).ratingText).toBe('{} h')
  })

  it.each([
    ['fm', {}, /fm\.inter:1: understudy found no column of user ids among .* --column user=NAME/],
    ['fm', { interactions: 'x.csv' }, /dataset\.name is "fm"; it must be "files"/],
    ['synthetic', {}, /dataset\.name is "synthetic", which reads no files/],
    ['files', {}, /dataset\.files\.interactions names no file/],
  ])('are refused where settings do not fit: %s %j', async (name, files, message) => {
    await expect(loadDataset({ name, files }, { dataRoot: root() })).rejects.toThrow(message)
  })
})
