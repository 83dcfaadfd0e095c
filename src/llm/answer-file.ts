import { DataError } from '../util/errors.js'
import {
  kinds,
  LmdbPages,
  type Node,
  nodeFlags,
  noPage,
  PageError,
  type Snapshot,
  transactionOf,
  type Tree,
  treeOf,
  uint64,
} from './lmdb-pages.js'

// lmdb maps its file and follows the page numbers in it: a damaged file ends the process, or gives
// wrong answers. So it is looked at first.

/** A record as it is stored. */
export interface FileRecord {
  key: Buffer
  value: Buffer
}

/** What to do about a damaged store. */
export const repairAdvice =
  '`understudy answers repair` copies the answers that can still be read to another folder'

/** Bytes of free pages at the end of a file that may not be written yet. */
const mostUnwritten = 2 ** 30

type Order = (a: Buffer, b: Buffer) => number
const byBytes: Order = (a, b) => a.compare(b)
const byNumber: Order = (a, b) => uint64(a) - uint64(b)

/** The file of an answer store. */
export class AnswerFile {
  readonly #pages: LmdbPages

  constructor(readonly path: string) {
    this.#pages = new LmdbPages(path)
  }

  close(): void {
    this.#pages.close()
  }

  /**
   * Checks all that lmdb reads when it opens the file.
   * @throws DataError for a damaged file, or one of another program
   */
  checkHead(): void {
    this.#naming(() => this.#newest())
  }

  /**
   * Checks every page that the newest state uses, and that none of them is free too. A read
   * transaction must be open, so that nobody writes to these pages.
   * @param problemOf - what is wrong with a record of a named tree, if anything is
   * @throws DataError
   */
  checkPages(problemOf: (tree: string, record: FileRecord) => string | undefined): void {
    this.#naming(() => {
      const { main, free, lastPage, pageSize, transaction } = this.#newest()
      if (lastPage * pageSize > this.#pages.size() + mostUnwritten)
        throw new PageError(`it ends long before page ${lastPage}`)
      this.#pages.latest = transaction
      const walk = new Walk(this.#pages, lastPage)
      const trees = [...walk.records(main, byBytes)]
      const names = trees.map(({ key }) => key.toString('latin1').replace(/\0$/, ''))
      if (trees.length > 0 && !names.includes('answers'))
        throw new PageError('it is of another program')
      trees.forEach(({ value, flags }, k) => {
        const tree = flags === nodeFlags.tree ? treeOf(value) : undefined
        if (tree?.flags !== 0) throw new PageError(`${names[k]} is of an unknown kind`)
        for (const record of walk.records(tree, byBytes)) {
          const problem =
            record.flags === nodeFlags.tree ? 'is a tree' : problemOf(names[k], record)
          if (problem) throw new PageError(`record ${textOf(record.key)} of ${names[k]} ${problem}`)
        }
      })
      for (const { value } of walk.records(free, byNumber)) walk.checkFree(value)
    })
  }

  /**
   * All records of a damaged file that can be found, page by page; stale ones are among them, and
   * each may itself be damaged.
   */
  *salvage(): Generator<FileRecord & { transaction: number }> {
    const pages = this.#pages
    pages.findPageSize()
    for (let number = 2; (number + 1) * pages.pageSize <= pages.size(); number++)
      try {
        const page = pages.read(number, kinds.leaf)
        for (const node of pages.nodes(page)) {
          const value = valueIfThere(pages, node)
          if (value) yield { key: node.key, value, transaction: transactionOf(page) }
        }
      } catch (error) {
        if (!(error instanceof PageError)) throw error
      }
  }

  /** The state that lmdb uses. Where another process is writing the head, it is whole soon. */
  #newest(): Snapshot {
    for (let look = 1; ; look++)
      try {
        const [a, b, flushed] = this.#pages.snapshots()
        const [x, y] = [a.transaction, b.transaction]
        // Transactions write to the two pages in turn.
        const inTurn = x % 2 === 0 && (Math.abs(x - y) === 1 || x + y === 0)
        if (!inTurn || flushed.transaction > Math.max(x, y))
          throw new PageError('its transactions are out of order')
        return x > y ? a : b
      } catch (error) {
        if (look === 10) throw error
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
      }
  }

  /** Names the file, and says what to do. */
  #naming(check: () => void): void {
    try {
      check()
    } catch (error) {
      if (!(error instanceof PageError)) throw error
      throw new DataError(
        `this is not an answer store, or it is damaged: ${error.message}; ${repairAdvice}`,
        { file: this.path },
      )
    }
  }
}

function valueIfThere(pages: LmdbPages, node: Node): Buffer | undefined {
  try {
    return pages.valueOf(node)
  } catch (error) {
    if (!(error instanceof PageError)) throw error
    return undefined
  }
}

/** A way through the trees of a snapshot that comes to each page once. */
class Walk {
  readonly #pages: LmdbPages
  readonly #lastPage: number
  readonly #used: Uint8Array
  /** Keys of the tree come after this one, or at it where `orEqual`. */
  #least: Buffer | undefined
  #orEqual = false
  #entries = 0

  constructor(pages: LmdbPages, lastPage: number) {
    this.#pages = pages
    this.#lastPage = lastPage
    this.#used = new Uint8Array(lastPage + 1)
  }

  /** The records of a tree, in order. */
  *records(tree: Tree, order: Order): Generator<FileRecord & { flags: number }> {
    this.#least = undefined
    this.#entries = 0
    if (tree.root !== noPage) yield* this.#below(tree.root, tree.depth, order)
    if (this.#entries !== tree.entries)
      throw new PageError(`a tree has ${this.#entries} records in place of ${tree.entries}`)
  }

  /** Checks a list of free pages: how many numbers follow, then pages, and -n before a run of n. */
  checkFree(list: Buffer): void {
    const length = list.length < 8 ? Infinity : uint64(list)
    if (8 * (length + 1) > list.length) throw new PageError('a list of free pages is cut off')
    for (let at = 8; at <= 8 * length; at += 8) {
      const entry = Number(list.readBigInt64LE(at))
      if (entry === 0) continue
      if (entry > 0) this.#claim(entry, 1)
      else if ((at += 8) <= 8 * length) this.#claim(uint64(list, at), -entry)
    }
  }

  *#below(number: number, levels: number, order: Order): Generator<FileRecord & { flags: number }> {
    this.#claim(number, 1)
    const page = this.#pages.read(number, levels > 1 ? kinds.branch : kinds.leaf)
    let isFirst = true
    for (const node of this.#pages.nodes(page)) {
      // The first key of a branch stands for all before the second, and is not looked at.
      if (levels === 1 || !isFirst) this.#follow(node.key, levels === 1, order)
      isFirst = false
      if (levels > 1) yield* this.#below(node.page, levels - 1, order)
      else yield { key: node.key, value: this.#value(node), flags: node.flags }
    }
    if (isFirst) throw new PageError(`page ${number} is empty`)
  }

  #value(node: Node): Buffer {
    this.#entries++
    if (node.flags !== nodeFlags.overflow) return node.value
    const { page, count } = this.#pages.overflowOf(node)
    this.#claim(page, count)
    return this.#pages.valueOf(node)
  }

  #follow(key: Buffer, isRecord: boolean, order: Order): void {
    if (order === byNumber && key.length !== 8) throw new PageError('a key is no number')
    const step = this.#least ? order(this.#least, key) : -1
    if (step > 0 || (step === 0 && !this.#orEqual))
      throw new PageError(`key ${textOf(key)} is out of order`)
    this.#least = key
    this.#orEqual = !isRecord
  }

  #claim(page: number, count: number): void {
    if (!(page >= 2 && page + count - 1 <= this.#lastPage))
      throw new PageError(`there is no page ${page}`)
    for (let k = page; k < page + count; k++) {
      if (this.#used[k]) throw new PageError(`page ${k} is used twice`)
      this.#used[k] = 1
    }
  }
}

function textOf(key: Buffer): string {
  return JSON.stringify(key.toString('latin1', 0, 16))
}
