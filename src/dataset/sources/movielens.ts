import { join } from 'node:path'
import type { LooseText } from '../door/item-text.js'
import type { DatasetFiles, Folder } from './source.js'

/** The data set that two files of a folder make up, named like the folder; none if one lacks. */
export function findPair(folder: Folder, interactions: string, items: string): DatasetFiles[] {
  if (!folder.files.includes(interactions) || !folder.files.includes(items)) return []
  return [
    {
      name: folder.name,
      interactions: join(folder.path, interactions),
      items: join(folder.path, items),
    },
  ]
}

/** Text of a movie; each genre is a category path of length 1. */
export function movieText(fields: LooseText): LooseText {
  const categories = fields.categories?.filter(([genre]) => genre !== '(no genres listed)')
  return { ...fields, categories }
}
