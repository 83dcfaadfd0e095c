/** A Map holds at most 2^24 entries. */
const fullMap = 2 ** 24

/** Ids by index, in the order of their first appearance, and indices by id. */
export class Vocabulary {
  /** The id of each index. */
  readonly ids: string[] = []
  /** Each id is in one of them. */
  private readonly maps = [new Map<string, number>()]

  /** @param ids - the first ids, all different */
  constructor(ids: readonly string[] = []) {
    for (const id of ids) this.append(id)
  }

  /** The index of `id`, a new one if it is new. */
  add(id: string): number {
    const known = this.indexOf(id)
    return known ?? this.append(detached(id))
  }

  private append(id: string): number {
    if (this.maps.at(-1)!.size === fullMap) this.maps.push(new Map())
    this.maps.at(-1)!.set(id, this.ids.length)
    return this.ids.push(id) - 1
  }

  /** The index of `id`; undefined if it was never added. */
  indexOf(id: string): number | undefined {
    for (const map of this.maps) {
      const index = map.get(id)
      if (index !== undefined) return index
    }
    return undefined
  }
}

/**
 * V8 keeps a whole block of a file alive for a slice of it, so a vocabulary of slices would keep
 * the whole file.
 */
function detached(id: string): string {
  const encoding = /^[\x00-\xff]*$/.test(id) ? 'latin1' : 'utf16le'
  return Buffer.from(id, encoding).toString(encoding)
}
