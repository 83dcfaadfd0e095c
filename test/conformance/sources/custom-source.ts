import { join } from 'node:path'
import type { Source } from '#src/dataset/sources/source.js'
import { DataError } from '#src/util/errors.js'
import type { SourceExample } from '../source.js'

/** A source as a user of this package would write it. */
export const log: Source = {
  name: 'log',
  find: ({ name, path, files }) =>
    files.includes('events.log') && files.includes('names.log')
      ? [{ name, interactions: join(path, 'events.log'), items: join(path, 'names.log') }]
      : [],
  async read(files, builder, ctx) {
    await ctx.lines(files.interactions, (line, at) => {
      const [user, item, seconds] = line.split(' ')
      builder.add({ user, item, timestamp: Number(seconds) }, at)
    })
    await ctx.lines(files.items!, (line, at) => {
      const [id, title] = line.split('=')
      if (title === undefined) throw new DataError('there is no = in the line', at)
      builder.setItem(id, { title })
    })
  },
}
export const customSource: SourceExample = {
  source: 'log',
  name: 'shop',
  itemsOptional: false,
  gzNames: false,
  interactions: {
    path: 'shop/events.log',
    lines: ['u i 1000000000', 'v j 1000000001'],
    refused: [
      ['u', /the item id is empty/],
      [' i 1000000000', /the user id is empty/],
      ['u i soon', /timestamp is NaN/],
    ],
  },
  items: { path: 'shop/names.log', lines: ['i=Top'], refused: [['Top', /there is no =/]] },
  rows: [
    { user: 'u', item: 'i', timestamp: 1e9 },
    { user: 'v', item: 'j', timestamp: 1e9 + 1 },
  ],
  text: { title: 'Top' },
}
