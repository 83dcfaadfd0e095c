import { DataError, quote } from '../util/errors.js'
import { cleanDataset, type Cleaning } from './clean.js'
import { Column } from './column.js'
import type { Dataset, ItemText } from './dataset.js'
import type { FileLine } from './file-line.js'
import type { Finding } from './left-out.js'
import { catalogueFindings, checkNamed, type NamedItems } from './named-items.js'
import type { IndexedRows } from './raw-data.js'
import { choosesRows, type RowChoice } from './row-choice.js'
import { Vocabulary } from './vocabulary.js'

/** One interaction as a source gives it. */
export interface RawInteraction {
  /** Id of the user, not empty. */
  user: string
  /** Id of the item, not empty. */
  item: string
  /** Seconds since 1970-01-01 UTC. */
  timestamp?: number
  /** Stars, or the source's own scale. */
  rating?: number
}

/**
 * Collects interactions and item text as a source reads them (24 bytes an interaction), and makes a
 * data set of them.
 */
export class DatasetBuilder {
  private readonly users = new Vocabulary()
  private vocabulary?: Vocabulary
  private readonly user = new Column((length) => new Int32Array(length))
  private readonly item = new Column((length) => new Int32Array(length))
  private readonly line = new Column((length) => new Int32Array(length))
  private readonly timestamp = new Column((length) => new Float64Array(length))
  private readonly rating = new Column((length) => new Float32Array(length))
  /** First row of each file. */
  private readonly files: { file: string; from: number }[] = []
  /** Text of each item that has some; a Map would end at 2^24 entries. */
  private readonly texts: (ItemText | undefined)[] = []
  private readonly newItems = new Map<string, ItemText>()
  private readonly findings: Finding[] = []
  /** How a rating is said, `{}` in place of the number. Absent: found from the ratings. */
  ratingText?: string
  private filled?: IndexedRows
  private repeatedTexts = 0
  /** Items without interactions that are not new. */
  private unwanted = 0

  /**
   * @param named - the only items that are new; absent: those that `addNewItem` adds
   * @param choice - which interactions are wanted
   */
  constructor(
    private readonly named?: NamedItems,
    readonly choice: RowChoice = {},
  ) {}

  /** Made when it is needed: data without a catalogue look no item up. */
  private get items(): Vocabulary {
    return (this.vocabulary ??= new Vocabulary(this.filled?.itemIds))
  }

  /** Whether a file names the items that are new. */
  get namesNewItems(): boolean {
    return this.named !== undefined
  }

  /** Interactions added so far. */
  get numInteractions(): number {
    return this.filled?.user.length ?? this.user.length
  }

  /** Gives all interactions that are wanted at once, in place of `add`. */
  fill(rows: IndexedRows): void {
    this.filled = rows
  }

  /** Leaves out what is not wanted of the interactions that were added one at a time. */
  async choose(name: string, signal?: AbortSignal): Promise<void> {
    if (this.filled || this.user.length === 0 || !choosesRows(this.choice)) return
    const { chosenOf } = await import('./door/added-rows.js')
    const { findings, ...rows } = await chosenOf(this.added(), this.choice, name, signal)
    this.filled = rows
    this.findings.push(...findings)
  }

  /**
   * Adds an interaction.
   * @param at - where it was read, for error messages
   * @throws DataError for an empty id, a number that is not finite, a negative timestamp, or a
   * rating or timestamp that some interactions have and others lack
   */
  add({ user, item, timestamp, rating }: RawInteraction, at: FileLine): void {
    checkId(user, 'user', at)
    checkId(item, 'item', at)
    if (timestamp !== undefined && !(timestamp >= 0 && timestamp < Infinity))
      throw badTimestamp(timestamp, at)
    if (rating !== undefined && !Number.isFinite(rating))
      throw new DataError(`rating is ${rating}, not a finite number`, at)
    this.push(this.timestamp, timestamp, 'timestamp', at)
    this.push(this.rating, rating, 'rating', at)
    if (at.file !== this.files.at(-1)?.file)
      this.files.push({ file: at.file, from: this.user.length })
    this.user.push(this.users.add(user))
    this.item.push(this.items.add(item))
    this.line.push(at.line)
  }

  /** Whether an interaction has named the item. */
  hasItem(id: string): boolean {
    return this.items.indexOf(id) !== undefined
  }

  /**
   * Gives an item its text; of several texts of one item the first counts. Call it after all
   * interactions are added: text of items that no interaction has named is dropped, unless they are
   * chosen as new.
   * @param text - the text, or a function that makes it: it is called only if the text is kept
   */
  setItem(id: string, text: ItemText | (() => ItemText)): void {
    const index = this.items.indexOf(id)
    if (index === undefined) {
      if (this.named?.lines.has(id)) this.keepNew(id, text)
      else this.unwanted++
    } else if (this.texts[index] !== undefined) this.repeatedTexts++
    else {
      while (this.texts.length <= index) this.texts.push(undefined)
      this.texts[index] = madeOf(text)
    }
  }

  /**
   * Adds an item of the catalogue that no interaction names, unless others are chosen as new; the
   * first text of an item counts.
   */
  addNewItem(id: string, text: ItemText): void {
    if (this.named === undefined || this.named.lines.has(id)) this.keepNew(id, text)
    else this.unwanted++
  }

  /** Adds a sentence to the data set's notes. */
  note(sentence: string): void {
    this.find({ note: sentence })
  }

  /** Adds what was found when the files were read. */
  find(finding: Finding): void {
    this.findings.push(finding)
  }

  /**
   * Cleans what was added and makes the data set.
   * @param name - of the data set
   * @throws DataError when there are no interactions, or the cleaning refuses the data
   */
  finish(name: string, cleaning: Cleaning): Dataset {
    if (this.numInteractions === 0) throw new DataError('there are no interactions', { file: name })
    if (this.named) {
      const isInCatalogue = (id: string) => this.newItems.has(id)
      checkNamed(this.named, (id) => this.hasItem(id), isInCatalogue)
    }
    const rows = this.filled ?? this.added()
    const catalogue = catalogueFindings({
      named: this.named,
      newItems: this.newItems.size,
      unwanted: this.unwanted,
      repeated: this.repeatedTexts,
    })
    return cleanDataset(
      {
        name,
        ...rows,
        ratingText: rows.rating && this.ratingText,
        items: rows.itemIds.map((_, index) => this.texts[index]),
        newItems: { ids: [...this.newItems.keys()], items: [...this.newItems.values()] },
        findings: [...this.findings, ...catalogue],
      },
      cleaning,
    )
  }

  private added(): IndexedRows {
    return {
      userIds: this.users.ids,
      itemIds: this.items.ids,
      user: this.user.view(),
      item: this.item.view(),
      timestamp: this.timestamp.length === 0 ? undefined : this.timestamp.view(),
      rating: this.rating.length === 0 ? undefined : this.rating.view(),
      read: this.user.length,
      placeOf: (row) => this.placeOf(row),
    }
  }

  private keepNew(id: string, text: ItemText | (() => ItemText)): void {
    if (this.newItems.has(id)) this.repeatedTexts++
    else this.newItems.set(id, madeOf(text))
  }

  /**
   * All rows have the field or none: a half-filled column has no meaning that a model could use.
   */
  private push(
    column: Column<Float32Array | Float64Array>,
    value: number | undefined,
    name: string,
    at: FileLine,
  ): void {
    const expected = this.user.length === 0 ? value !== undefined : column.length > 0
    const remedy = 'give it in every line or in none'
    if (value === undefined && expected)
      throw new DataError(`no ${name} here, but earlier lines have one; ${remedy}`, at)
    if (value !== undefined && !expected)
      throw new DataError(
        `${name} ${quote(value)} here, but earlier lines have none; ${remedy}`,
        at,
      )
    if (value !== undefined) column.push(value)
  }

  private placeOf(row: number): FileLine {
    const { file } = this.files.findLast(({ from }) => from <= row) ?? this.files[0]
    return { file, line: this.line.view()[row] }
  }
}

function madeOf(text: ItemText | (() => ItemText)): ItemText {
  return typeof text === 'function' ? text() : text
}

/** A custom source may give no text at all, whatever its types say. */
function checkId(id: unknown, role: string, at: FileLine): void {
  if (typeof id !== 'string' || id.trim() === '')
    throw new DataError(`the ${role} id is empty: got ${quote(id)}`, at)
}

function badTimestamp(value: number, at: FileLine): DataError {
  return new DataError(
    `timestamp is ${value}; allowed are seconds since 1970-01-01, not negative`,
    at,
  )
}
