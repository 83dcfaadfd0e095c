import { Option } from 'commander'
import { counted } from '../dataset/wording.js'
import { type Ids, readExclusions } from '../launch/id-files.js'
import type { Exclusions } from '../launch/lists.js'
import { InputError } from '../util/errors.js'
import { onNotice } from './flags.js'

/** Flag of what is not shown. */
export const excludeOption = () =>
  new Option('--exclude <file>', 'file of items not to show: ids, or user_id and item_id')

/**
 * The exclusions of a file; says what of it was left out: a list of what is out of stock also names
 * what was never in the data.
 * @throws InputError where no row of the file is known
 */
export async function exclusionsOf(file: string, ids: Ids): Promise<Exclusions> {
  const { exclusions, unknownItems, unknownUsers } = await readExclusions(file, ids)
  const unknown = [
    ...(unknownItems > 0 ? [`${counted(unknownItems, 'row')} of unknown items`] : []),
    ...(unknownUsers > 0 ? [`${counted(unknownUsers, 'row')} of unknown users`] : []),
  ].join(', ')
  if (unknown === '') return exclusions
  if (exclusions.items.size === 0 && exclusions.pairs.size === 0)
    throw new InputError(`${file}: nothing to exclude: ${unknown}; do its ids match?`)
  onNotice(`${file}: ${unknown}: left out`)
  return exclusions
}
