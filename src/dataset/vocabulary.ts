/** Ids by index, in the order of their first appearance, and indices by id. */
export class Vocabulary {
  /** The id of each index. */
  readonly ids: string[] = []
  private readonly indices = new Map<string, number>()

  /** The index of `id`, a new one if it is new. */
  add(id: string): number {
    const known = this.indices.get(id)
    if (known !== undefined) return known
    const own = detached(id)
    this.indices.set(own, this.ids.length)
    return this.ids.push(own) - 1
  }

  /** The index of `id`; undefined if it was never added. */
  indexOf(id: string): number | undefined {
    return this.indices.get(id)
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
