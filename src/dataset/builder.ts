import { DataError, quote } from '../util/errors.js'
import { Column } from './column.js'
import type { Dataset, ItemText } from './dataset.js'
import { prepare, type Place, type Policies } from './prepare.js'
import { Vocabulary } from './vocabulary.js'

/** One interaction as a source states it. */
export interface RawInteraction {
  user: string
  item: string
  /** Seconds since 1970-01-01 UTC. */
  timestamp?: number
  rating?: number
}

/** Collects interactions and item text, 24 bytes an interaction; `finish` makes a data set of them. */
export class DatasetBuilder {
  private readonly users = new Vocabulary()
  private readonly items = new Vocabulary()
  private readonly user = new Column((length) => new Int32Array(length))
  private readonly item = new Column((length) => new Int32Array(length))
  private readonly line = new Column((length) => new Int32Array(length))
  private readonly timestamp = new Column((length) => new Float64Array(length))
  private readonly rating = new Column((length) => new Float32Array(length))
  /** Row at which each file begins. */
  private readonly files: { file: string; from: number }[] = []
  private readonly texts = new Map<number, ItemText>()
  private readonly notes: string[] = []
  private repeatedTexts = 0

  get numInteractions(): number {
    return this.user.length
  }

  /**
   * Adds an interaction, read at `at`.
   * @throws {DataError} for an empty id, a number that is not finite, a negative timestamp, or when rating or timestamp
   * are there in some rows only.
   */
  add({ user, item, timestamp, rating }: RawInteraction, at: Place): void {
    checkId(user, 'user', at)
    checkId(item, 'item', at)
    if (timestamp !== undefined && !(timestamp >= 0 && timestamp < Infinity)) throw badTimestamp(timestamp, at)
    if (rating !== undefined && !Number.isFinite(rating)) throw new DataError(`rating is ${rating}, not a finite number`, at)
    this.push(this.timestamp, timestamp, 'timestamp', at)
    this.push(this.rating, rating, 'rating', at)
    if (at.file !== this.files.at(-1)?.file) this.files.push({ file: at.file, from: this.user.length })
    this.user.push(this.users.add(user))
    this.item.push(this.items.add(item))
    this.line.push(at.line)
  }

  /** Whether an interaction has named the item; text of other items is not kept. */
  hasItem(id: string): boolean {
    return this.items.indexOf(id) !== undefined
  }

  /** Gives an item its text. The first text of an item counts. Call it after the interactions are added. */
  setItem(id: string, text: ItemText): void {
    const index = this.items.indexOf(id)
    if (index === undefined) return
    if (this.texts.has(index)) this.repeatedTexts++
    else this.texts.set(index, text)
  }

  /** Adds a sentence to the data set's notes. */
  note(sentence: string): void {
    this.notes.push(sentence)
  }

  /** @throws {DataError} when there are no interactions, or a policy of `config` refuses the data. */
  finish(name: string, config: Policies): Dataset {
    if (this.numInteractions === 0) throw new DataError('there are no interactions', { file: name })
    if (this.repeatedTexts > 0) this.note(`${this.repeatedTexts} repeated items in the metadata: kept the first`)
    return prepare(
      {
        name,
        userIds: this.users.ids,
        itemIds: this.items.ids,
        user: this.user.view(),
        item: this.item.view(),
        timestamp: this.timestamp.length === 0 ? undefined : this.timestamp.view(),
        rating: this.rating.length === 0 ? undefined : this.rating.view(),
        items: this.items.ids.map((_, index) => this.texts.get(index)),
        notes: this.notes,
        placeOf: (row) => this.placeOf(row),
      },
      config,
    )
  }

  /** All rows have the field or none: a half-filled column has no meaning that a model could use. */
  private push(column: Column<Float32Array | Float64Array>, value: number | undefined, name: string, at: Place): void {
    const expected = this.user.length === 0 ? value !== undefined : column.length > 0
    if (value === undefined && expected) {
      throw new DataError(`no ${name} here, but earlier lines have one; give it in every line or in none`, at)
    }
    if (value !== undefined && !expected) {
      throw new DataError(`${name} ${quote(value)} here, but earlier lines have none; give it in every line or in none`, at)
    }
    if (value !== undefined) column.push(value)
  }

  private placeOf(row: number): Place {
    const { file } = this.files.findLast(({ from }) => from <= row) ?? this.files[0]
    return { file, line: this.line.view()[row] }
  }
}

function checkId(id: string, role: string, at: Place): void {
  if (id.trim() === '') throw new DataError(`the ${role} id is empty: got ${quote(id)}`, at)
}

function badTimestamp(value: number, at: Place): DataError {
  return new DataError(`timestamp is ${value}; allowed are seconds since 1970-01-01, not negative`, at)
}
