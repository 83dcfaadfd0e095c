import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { datasetConfig } from '#src/dataset/config.js'
import type { Dataset, ItemText } from '#src/dataset/dataset.js'
import { findDatasets } from '#src/dataset/find.js'
import { listFolders } from '#src/dataset/folders.js'
import { loadDataset, type LoadOptions } from '#src/dataset/load.js'
import { sources } from '#src/dataset/sources/index.js'
import { DataError, InterruptedError } from '#src/util/errors.js'
import { folderOf } from '../support/files.js'

/** One file of a small data set. */
interface ExampleFile {
  /** Path under the data root. */
  path: string
  /** Its lines, the header first if it has one. */
  lines: string[]
  encoding?: 'latin1'
  /** Lines that are refused, with a part of the error. */
  refused: [line: string, message: RegExp][]
}

/** A small data set in the files of one source. */
export interface SourceExample {
  /** Name of the source in the registry; absent for custom files, which are not found by name. */
  source?: string
  /** Name of the data set. */
  name: string
  interactions: ExampleFile
  items: ExampleFile
  /** Further files that belong to the format. */
  others?: Record<string, string>
  /** Whether the data set is found without its file of items. */
  itemsOptional: boolean
  /** Whether the files are also found with `.gz` after their names. */
  gzNames: boolean
  /** Whether items of the catalogue that nobody has are kept as new without being named. */
  keepsNewItems?: boolean
  /** The interactions, as they are to be read. */
  rows: { user: string; item: string; timestamp?: number; rating?: number }[]
  /** Text of the item of the first interaction. */
  text: ItemText
  /** Settings of the data set in a data root. Default: its name. */
  settings?: (root: string) => object
}

type Files = Record<string, string | Uint8Array>

/** Every source passes these tests, whatever its format. */
export function conformance(example: SourceExample): void {
  const { interactions, items, name } = example
  const files = filesOf(example)
  const load = (root: string, options: Partial<LoadOptions> = {}, more: object = {}) =>
    loadDataset(
      datasetConfig.parse({
        duplicates: 'all',
        ...(example.settings?.(root) ?? { name }),
        ...more,
      }),
      { dataRoot: root, ...options },
    )

  describe(`the source ${example.source ?? 'files'} with ${interactions.path}`, () => {
    it('reads ids, times, ratings and text', async () => {
      const dataset = await load(folderOf(files))
      expect(dataset.name).toBe(name)
      expect(rowsOf(dataset)).toEqual(example.rows)
      expect(dataset.items[dataset.interactions.item[0]]).toEqual(example.text)
    })

    it('gives gzipped files the fingerprint of plain ones', async () => {
      const { fingerprint } = await load(folderOf(files))
      const zipped = Object.entries(files).map(
        ([path, content]) => [path, gzipSync(content)] as const,
      )
      expect((await load(folderOf(Object.fromEntries(zipped)))).fingerprint).toBe(fingerprint)
      if (!example.gzNames) return
      const renamed = zipped.map(([path, content]) => [`${path}.gz`, content] as const)
      expect((await load(folderOf(Object.fromEntries(renamed)))).fingerprint).toBe(fingerprint)
    })

    it('keeps the text of an item without interactions if it is named as new', async () => {
      // Without the first interaction, nobody has its item.
      const firstRow = interactions.lines.length - 2
      const lines = interactions.lines.filter((_, k) => k !== firstRow)
      const root = folderOf({
        ...files,
        [interactions.path]: contentOf({ ...interactions, lines }),
      })
      const id = example.rows[0].item
      const file = join(folderOf({ 'new.txt': id }), 'new.txt')
      const chosen = await load(root, {}, { newItems: { file } })
      expect(chosen.newItems).toEqual({ ids: [id], items: [example.text] })
      expect(chosen.leftOut).toContainEqual({ reason: 'new items', done: 'kept apart', items: 1 })
      const without = await load(root)
      expect(without.fingerprint).toBe(chosen.fingerprint)
      if (example.keepsNewItems) expect(without.newItems).toEqual(chosen.newItems)
      else
        expect(without.leftOut).toContainEqual({
          reason: 'catalogue items without interactions',
          done: 'dropped',
          items: 1,
        })
    })

    it.each([
      ...interactions.refused.map((refusal) => [interactions, ...refusal] as const),
      ...items.refused.map((refusal) => [items, ...refusal] as const),
    ])('refuses a bad line and names its place: $1', async (file, line, message) => {
      const root = folderOf({ ...files, [file.path]: contentOf(file, line) })
      const error = (await load(root).catch((error: unknown) => error)) as DataError
      expect(error).toBeInstanceOf(DataError)
      expect(error.message).toMatch(message)
      expect(error.file).toBe(join(root, file.path))
      expect(error.line).toBe(file.lines.length + 1)
    })

    it.each([interactions.path, items.path])('refuses an empty file %s', async (path) => {
      const root = folderOf({ ...files, [path]: '' })
      await expect(load(root)).rejects.toThrow(`${join(root, path)}: the file is empty`)
    })

    it('reads no line when the signal has fired before', async () => {
      const signal = AbortSignal.abort()
      await expect(load(folderOf(files), { signal })).rejects.toThrow(InterruptedError)
    })

    it('stops in the middle of a file when the signal fires, and ends its bar', async () => {
      // Longer than the first block that is read.
      const long = Array<string>(30_000).fill(interactions.lines.at(-1)!)
      const root = folderOf({ ...files, [interactions.path]: contentOf(interactions, ...long) })
      const stop = new AbortController()
      let blocks = 0
      let stopped = false
      const progress = () => ({
        set: () => {
          blocks++
          stop.abort()
        },
        step: () => undefined,
        say: () => undefined,
        stop: () => {
          stopped = true
        },
      })
      await expect(load(root, { signal: stop.signal, progress })).rejects.toThrow(InterruptedError)
      expect([blocks, stopped]).toEqual([1, true])
    })

    if (example.itemsOptional)
      it('reads interactions without a file of items', async () => {
        const { [items.path]: _, ...withoutItems } = files
        const dataset = await load(folderOf(withoutItems))
        expect(rowsOf(dataset)).toEqual(example.rows)
        expect(dataset.items.every((text) => Object.keys(text).length === 0)).toBe(true)
        expect(dataset.notes).toContain('there are no item metadata: items have no text')
      })

    if (example.source !== undefined)
      it('is the only one that finds its files', async () => {
        const root = folderOf(files)
        expect(await findDatasets(root)).toMatchObject([
          {
            name,
            family: example.source,
            interactions: join(root, interactions.path),
            items: join(root, items.path),
          },
        ])
        const folders = await listFolders(root)
        const finders = sources
          .entries()
          .filter((source) => folders.some((folder) => source.find(folder).length > 0))
        expect(finders.map((source) => source.name)).toEqual([example.source])
      })
  })
}

function filesOf({ interactions, items, others }: SourceExample): Files {
  return {
    [interactions.path]: contentOf(interactions),
    [items.path]: contentOf(items),
    ...others,
  }
}

/** Bytes of the file with more lines at its end. */
function contentOf({ lines, encoding }: ExampleFile, ...more: string[]): Buffer {
  return Buffer.from([...lines, ...more].join('\n') + '\n', encoding ?? 'utf8')
}

/** The interactions with the ids of the source. */
function rowsOf({ userIds, itemIds, interactions }: Dataset) {
  const { user, item, timestamp, rating } = interactions
  return Array.from(user, (u, k) => ({
    user: userIds[u],
    item: itemIds[item[k]],
    ...(timestamp && { timestamp: timestamp[k] }),
    ...(rating && { rating: rating[k] }),
  }))
}
