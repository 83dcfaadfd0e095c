import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { unreadable } from '../util/text-file.js'

// The format is that of LMDB 0.9.90, as lmdb 3.5 writes it: 64 bits, the low byte first. Offsets
// and sizes are in bytes.

/** Kinds of pages, as their heads name them. */
export const kinds = { branch: 1, leaf: 2, overflow: 4, meta: 8 }
/** What a node of a leaf holds: a value, where a long value lies, or a tree. */
export const nodeFlags = { value: 0, overflow: 1, tree: 2 }
/** Size of the head of a page: number, transaction, padding, kind, and its free part. */
const headSize = 24
const treeSize = 48
const metaSize = 168
const [magic, formatVersion] = [0xbeefc0de, 2]
const pageSizes = [512, 1024, 2048, 4096, 8192, 16384, 32768, 65536]
/** Root of an empty tree: all bits are set. */
export const noPage = 2 ** 64

/** Says what is wrong with the file. */
export class PageError extends Error {}

/** A node of a page. */
export interface Node {
  key: Buffer
  /** Of a branch: the page below. */
  page: number
  /** Of a leaf: one of `nodeFlags`, the size of the value, and the value or where it lies. */
  flags: number
  size: number
  value: Buffer
}

/** A search tree. */
export interface Tree {
  flags: number
  depth: number
  entries: number
  root: number
}

/** A state of the file: the trees that a transaction left. */
export interface Snapshot {
  pageSize: number
  mapSize: number
  free: Tree
  main: Tree
  lastPage: number
  transaction: number
}

/** Exact up to 2^53: no file has more bytes or pages. */
export function uint64(bytes: Buffer, at = 0): number {
  return bytes.readUInt32LE(at) + 2 ** 32 * bytes.readUInt32LE(at + 4)
}

export function treeOf(bytes: Buffer): Tree {
  const [flags, depth] = [bytes.readUInt16LE(4), bytes.readUInt16LE(6)]
  return { flags, depth, entries: uint64(bytes, 32), root: uint64(bytes, 40) }
}

/** The transaction that wrote a page. */
export function transactionOf(page: Buffer): number {
  return uint64(page, 8)
}

/** A file of lmdb, read without lmdb: nothing in it is trusted. */
export class LmdbPages {
  readonly #file: number
  pageSize = 4096
  /** lmdb takes pages of later transactions for its own copies, and writes to them. */
  latest = Infinity

  /** @throws DataError where the file cannot be read */
  constructor(path: string) {
    try {
      this.#file = openSync(path, 'r')
      readSync(this.#file, Buffer.alloc(1))
    } catch (error) {
      throw unreadable(path, error)
    }
  }

  close(): void {
    closeSync(this.#file)
  }

  size(): number {
    return fstatSync(this.#file).size
  }

  /**
   * The states in the file: those of the last two transactions, and the last one that was flushed
   * to the disk (transaction 0 where none was).
   */
  snapshots(): [Snapshot, Snapshot, Snapshot] {
    const first = this.#meta(0, 0)
    this.pageSize = first.pageSize
    const flushed = this.#bytes(first.pageSize / 2, metaSize)
    return [
      first,
      this.#meta(1, first.pageSize),
      flushed.every((byte) => byte === 0)
        ? { ...first, transaction: 0 }
        : soundSnapshot(flushed, first.pageSize),
    ]
  }

  /** Finds the size of pages although some of the file may be damaged. */
  findPageSize(): void {
    const isMeta = (at: number) =>
      at + metaSize <= this.size() && hasMagic(this.#bytes(at, metaSize))
    const size = isMeta(0) ? this.#bytes(0, metaSize).readUInt32LE(48) : 0
    const known = pageSizes.includes(size) ? size : pageSizes.find(isMeta)
    this.pageSize = known ?? this.pageSize
  }

  /** Reads a page of this kind, or several that hold one value. */
  read(number: number, kind: number, count = 1): Buffer {
    const { pageSize } = this
    if ((number + count) * pageSize > this.size())
      throw new PageError(`it ends before page ${number}`)
    const page = this.#bytes(number * pageSize, count * pageSize)
    if (uint64(page) !== number) throw new PageError(`page ${number} has another number`)
    if (page.readUInt16LE(18) !== kind) throw new PageError(`page ${number} is of another kind`)
    if (transactionOf(page) > this.latest)
      throw new PageError(`page ${number} is of a later transaction`)
    return page
  }

  /** The nodes of a branch or leaf. */
  *nodes(page: Buffer): Generator<Node> {
    const isBranch = page.readUInt16LE(18) === kinds.branch
    const [lower, upper] = [page.readUInt16LE(20), page.readUInt16LE(22)]
    const bad = () => new PageError(`a node of page ${uint64(page)} does not fit`)
    if (lower % 2 !== 0 || lower > upper || headSize + upper > page.length) throw bad()
    for (let k = 0; k < lower; k += 2) {
      const at = headSize + page.readUInt16LE(headSize + k)
      if (at % 2 !== 0 || at < headSize + upper || at + 8 > page.length) throw bad()
      const size = page.readUInt32LE(at)
      const flags = page.readUInt16LE(at + 4)
      const keyEnd = at + 8 + page.readUInt16LE(at + 6)
      const inPage = isBranch ? 0 : flags === nodeFlags.overflow ? headSize : size
      if (keyEnd + inPage > page.length) throw bad()
      const isTree = !isBranch && flags === nodeFlags.tree
      if (!isBranch && (flags > nodeFlags.tree || (isTree && size !== treeSize))) throw bad()
      const key = page.subarray(at + 8, keyEnd)
      const value = page.subarray(keyEnd, keyEnd + inPage)
      yield { key, page: size + 2 ** 32 * flags, flags, size, value }
    }
  }

  /** Where the long value of a node lies. */
  overflowOf({ size, value }: Node): { page: number; count: number } {
    const count = Math.floor((headSize - 1 + size) / this.pageSize) + 1
    if (uint64(value, 16) !== count) throw new PageError(`a value has not its ${count} pages`)
    return { page: uint64(value), count }
  }

  /** The value of a node. */
  valueOf(node: Node): Buffer {
    if (node.flags !== nodeFlags.overflow) return node.value
    const { page, count } = this.overflowOf(node)
    const pages = this.read(page, kinds.overflow, count)
    if (pages.readUInt32LE(20) !== count) throw new PageError(`page ${page} begins another value`)
    return pages.subarray(headSize, headSize + node.size)
  }

  #meta(number: number, pageSize: number): Snapshot {
    const at = number * pageSize
    if (at + metaSize > this.size()) throw new PageError('it is cut off')
    const bytes = this.#bytes(at, metaSize)
    if (!hasMagic(bytes))
      throw new PageError(number === 0 ? 'it does not begin as one' : 'page 1 is damaged')
    if (uint64(bytes) !== number) throw new PageError(`page ${number} has another number`)
    return soundSnapshot(bytes, pageSize || bytes.readUInt32LE(48))
  }

  #bytes(at: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length)
    if (readSync(this.#file, bytes, 0, length, at) < length) throw new PageError('it is cut off')
    return bytes
  }
}

function hasMagic(meta: Buffer): boolean {
  return (
    meta.readUInt16LE(18) === kinds.meta &&
    meta.readUInt32LE(headSize) === magic &&
    meta.readUInt32LE(headSize + 4) === formatVersion
  )
}

/** @throws PageError where a number is impossible */
function soundSnapshot(meta: Buffer, pageSize: number): Snapshot {
  const [free, main] = [treeOf(meta.subarray(48)), treeOf(meta.subarray(96))]
  const snapshot: Snapshot = {
    pageSize: meta.readUInt32LE(48),
    mapSize: uint64(meta, 40),
    free,
    main,
    lastPage: uint64(meta, 144),
    transaction: uint64(meta, 152),
  }
  const { mapSize, lastPage } = snapshot
  const isSound =
    snapshot.pageSize === pageSize &&
    pageSizes.includes(pageSize) &&
    uint64(meta, 32) === 0 && // address of the map, never set
    mapSize % 512 === 0 &&
    mapSize < 2 ** 47 &&
    lastPage < 2 ** 40 &&
    (free.flags & ~0x1000) === 8 && // keys are numbers; the bit is set until it is flushed
    main.flags === 0 &&
    [free, main].every(({ root, depth }) =>
      root === noPage ? depth === 0 : depth > 0 && root <= lastPage,
    )
  if (!isSound) throw new PageError('its head has impossible numbers')
  return snapshot
}
