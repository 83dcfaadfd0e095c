import { ConfigError, oneOf, quote } from './errors.js'

/**
 * Entries of one kind by name, open to custom ones. Entries are added per process and thread: see
 * `imports` of `runExperiment`.
 */
export interface Registry<T extends { readonly name: string }> {
  /** Kind of its entries, for messages: `learner`. */
  readonly kind: string
  /** Names in the order of registration. */
  names(): string[]
  /** All entries, in the order of registration. */
  entries(): T[]
  /** Whether there is an entry of this name. */
  has(name: string): boolean
  /**
   * The entry of this name.
   * @throws ConfigError for an unknown name, listing those that are known
   */
  get(name: string): T
  /**
   * Adds an entry. Adding the same entry again changes nothing.
   * @throws ConfigError when another entry has its name
   */
  add(entry: T): void
}

let added = false

/**
 * Whether a custom entry was added to any registry of this process. Worker threads have registries
 * of their own, which lack it.
 */
export function hasOwnEntries(): boolean {
  return added
}

/** A registry that begins with the entries that come with this package. */
export function registry<T extends { readonly name: string }>(
  kind: string,
  builtIn: readonly T[],
): Registry<T> {
  const byName = new Map(builtIn.map((entry) => [entry.name, entry]))
  return {
    kind,
    names: () => [...byName.keys()],
    entries: () => [...byName.values()],
    has: (name) => byName.has(name),
    get(name) {
      const found = byName.get(name)
      if (found) return found
      throw new ConfigError(`unknown ${kind} ${quote(name)}; known: ${oneOf([...byName.keys()])}`)
    },
    add(entry) {
      const taken = byName.get(entry.name)
      if (taken && taken !== entry)
        throw new ConfigError(
          `the ${kind} ${quote(entry.name)} exists already; choose another name`,
        )
      byName.set(entry.name, entry)
      added = true
    },
  }
}
