import { registry } from '../../util/registry.js'
import { amazon2014 } from './amazon-2014.js'
import { amazon2018 } from './amazon-2018.js'
import { amazon2023 } from './amazon-2023.js'
import { folderOfData } from './folder.js'
import { movielens100k } from './movielens-100k.js'
import { movielensCsv } from './movielens-csv.js'
import { movielensDat } from './movielens-dat.js'
import { recbole } from './recbole.js'
import type { Source } from './source.js'

/**
 * Registry of the sources: families of data files, each found and read in one way. Where two find a
 * data set of the same name, the first one in the registry reads it.
 * @example
 * sources.add({
 *   name: 'log',
 *   find: ({ name, path, files }) =>
 *     files.includes('events.log') ? [{ name, interactions: `${path}/events.log` }] : [],
 *   read: ({ interactions }, builder, ctx) =>
 *     ctx.lines(interactions, (line, at) => {
 *       const [user, item, seconds] = line.split(' ')
 *       builder.add({ user, item, timestamp: Number(seconds) }, at)
 *     }),
 * })
 */
export const sources = registry<Source>('source', [
  amazon2014,
  amazon2018,
  amazon2023,
  movielensCsv,
  movielensDat,
  movielens100k,
  recbole,
  folderOfData,
])
