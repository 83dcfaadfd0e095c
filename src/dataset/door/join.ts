import { quote } from '../../util/errors.js'
import { counted, thousands } from '../wording.js'

/** Ways in which tools write the same id differently. */
const ways: [says: string, normal: (id: string) => string][] = [
  ['upper and lower case differ', (id) => id.toLowerCase()],
  ['zeros at the front are missing', (id) => id.replace(/^0+/, '')],
  ['whole numbers are written with .0', (id) => id.replace(/\.0+$/, '')],
  ['there are spaces', (id) => id.replace(/\s+/g, '')],
]

/**
 * Says that item text belongs to less than half of the items of the interactions, with a guess why;
 * undefined where it belongs to more.
 * @param known - items of the catalogue that the interactions name
 * @param other - an id of the catalogue that they do not name; empty where there is none
 */
export function joinFinding(
  itemIds: readonly string[],
  known: number,
  other: string,
): string | undefined {
  if (other === '' || known >= itemIds.length / 2) return undefined
  const way = ways.find(([, normal]) => {
    const wanted = normal(other)
    return itemIds.some((id) => id !== other && normal(id) === wanted)
  })
  const there = quote(itemIds[0])
  return (
    `text of ${known === 0 ? 'none' : `only ${thousands(known)}`} of the ` +
    `${counted(itemIds.length, 'item')} of the interactions ` +
    `(an id there: ${there}; here: ${quote(other)}): ` +
    (way ? `it seems that ${way[0]}` : 'are the ids written in the same way?')
  )
}
