import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, it } from 'vitest'
import { loadDataset } from '#src/dataset/load.js'
import { folderOf } from '../support/files.js'

const header = 'user_id,item_id,rating\n'
const load = (interactions: string, more: object = {}) =>
  loadDataset({ name: 'files', duplicates: 'all', files: { interactions, ...more } })
const users = async (source: string) => (await load(source)).userIds

describe('several files of one table', () => {
  it.each<[string, Record<string, string>, string]>([
    [
      'CSV, plain and gzipped',
      { 'p/b.csv': `${header}c,x,1\n`, 'p/a.csv.gz': `${header}a,x,1\nb,y,2\n` },
      'p/*.csv*',
    ],
    [
      'a folder',
      {
        'p/1.csv': `${header}a,x,1\nb,x,1\n`,
        'p/2.csv': `${header}c,x,1\n`,
        'p/_SUCCESS': '',
        'p/.1.crc': '?',
      },
      'p',
    ],
    [
      'JSON lines',
      {
        'p/1.jsonl': '{"user_id":"a","item_id":1}\n{"user_id":"b","item_id":1}\n',
        'p/2.jsonl': '{"item_id":1,"user_id":"c"}\n',
      },
      'p/?.jsonl',
    ],
    [
      'JSON lists',
      {
        'p/1.json': '[{"user_id":"a","item_id":1}]',
        'p/2.json': '[{"user_id":"b","item_id":1},{"user_id":"c","item_id":1}]',
      },
      'p/*',
    ],
    [
      'a name with a bracket',
      { 'p/[1].csv': `${header}a,x,1\nb,x,1\nc,x,1\n`, 'p/1.csv': `${header}d,x,1\n` },
      'p/[1].csv',
    ],
  ])('are read in the order of their names: %s', async (_, files, source) => {
    expect(await users(join(folderOf(files), source))).toEqual(['a', 'b', 'c'])
  })

  it.each<[string, Record<string, string>, RegExp]>([
    [
      'a bad rating',
      { '1.csv': `${header}a,x,1\n`, '2.csv': `${header}b,x,1\n\nb,y,good\n` },
      /2\.csv:4: "rating" is "good"/,
    ],
    [
      'a short line',
      { '1.csv': `${header}a,x,1\n`, '2.csv': `${header}b,x\nb,y,1\n` },
      /2\.csv:2: the line has fewer cells/,
    ],
    [
      'other columns',
      { '1.csv': `${header}a,x,1\n`, '2.csv': 'item_id,user_id,rating\nx,a,1\n' },
      /2\.csv:1: the columns are item_id, .*1\.csv are user_id/,
    ],
    [
      'another delimiter',
      { '1.csv': `${header}a,x,1\n`, '2.csv': header.replaceAll(',', ';') + 'a;x;1\n' },
      /2\.csv: the file has another format than .*1\.csv/,
    ],
    ['none of them', { 'other.txt': 'x' }, /\*\.csv: no file has such a name/],
  ])('are refused with the place of %s', async (_, files, message) => {
    await expect(load(join(folderOf(files), '*.csv'))).rejects.toThrow(message)
  })

  it('name the file of a repeated pair', async () => {
    const root = folderOf({
      '1.csv': `${header}a,x,1\nb,x,1\n`,
      '2.csv': `${header}c,x,1\na,x,2\n`,
    })
    const files = { interactions: root }
    await expect(loadDataset({ name: 'files', files, duplicates: 'error' })).rejects.toThrow(
      /2\.csv:3: user "a" and item "x" occur together again/,
    )
  })

  it('skip bad lines of each, and say where they are', async () => {
    const root = folderOf({ '1.csv': `${header}a,x,1\n,x,1\n`, '2.csv': `${header}b,x\nc,x,1\n` })
    const { notes, userIds } = await load(root, { badRows: 'skip' })
    expect(userIds).toEqual(['a', 'c'])
    expect(notes[0]).toMatch(/^2 lines left out, the first: 1\.csv, line 3: .* \| 2\.csv, line 2: /)
  })
})

/** A DuckDB file that these statements make. */
async function databaseOf(...statements: string[]): Promise<string> {
  const file = join(folderOf({ 'secret.csv': 'user_id,item_id\nroot,x\n' }), 'shop.duckdb')
  const instance = await DuckDBInstance.create(file)
  const connection = await instance.connect()
  for (const statement of statements)
    await connection.run(statement.replaceAll('$FOLDER', join(file, '..')))
  connection.closeSync()
  instance.closeSync()
  return file
}

const orders = `CREATE TABLE orders AS SELECT * FROM (VALUES ('ann', 7, DATE '2020-09-13'),
  ('bob', 8, DATE '2020-09-14')) t(customer, sku, date)`
const products = `CREATE TABLE products AS SELECT 7 AS sku, 'Tea' AS title, ['Food', 'Drinks'] AS tags`

describe('a DuckDB database', () => {
  it('is read by table, two of them from one file', async () => {
    const file = await databaseOf(orders, products)
    const { userIds, itemIds, interactions, items } = await load(`${file}#orders`, {
      items: `${file}#main.products`,
      columns: { itemId: 'sku' },
    })
    expect([userIds, itemIds]).toEqual([
      ['ann', 'bob'],
      ['7', '8'],
    ])
    expect(interactions.timestamp![1]).toBe(Date.UTC(2020, 8, 14) / 1000)
    expect(items[0]).toEqual({ title: 'Tea', categories: [['Food', 'Drinks']] })
  })

  it('needs no name of its only table, and may have views of it', async () => {
    expect(await users(await databaseOf(orders))).toEqual(['ann', 'bob'])
    const view = `CREATE VIEW later AS SELECT * FROM orders WHERE date > DATE '2020-09-13'`
    expect(await users(`${await databaseOf(orders, view)}#later`)).toEqual(['bob'])
  })

  it.each<[string, string[], string, RegExp]>([
    [
      'no name where there are several',
      [orders, products],
      '',
      /the tables "orders", "products"; name one: FILE#TABLE/,
    ],
    [
      'a name that is not there',
      [orders],
      '#order',
      /the tables "orders"; the one that you named is not there/,
    ],
    ['no table', [], '', /has the tables nothing; name one/],
    [
      'a view of another file',
      [`CREATE VIEW v AS FROM '$FOLDER/secret.csv'`],
      '#v',
      /Cannot access file/,
    ],
  ])('is refused with %s', async (_, statements, table, message) => {
    await expect(load((await databaseOf(...statements)) + table)).rejects.toThrow(message)
  })

  it('is the only file that may have a table', async () => {
    const root = folderOf({ 'a.csv': `${header}a,x,1\n` })
    await expect(load(join(root, 'a.csv#orders'))).rejects.toThrow(/the file is no DuckDB database/)
  })

  it('is not SQLite, which is refused with what to do', async () => {
    const root = folderOf({ 'a.db': 'SQLite format 3\0' })
    await expect(load(join(root, 'a.db#orders'))).rejects.toThrow(/an SQLite .* `sqlite3 -header/)
  })
})

describe('a query', () => {
  it('reads files of any format, databases too', async () => {
    const file = await databaseOf(orders)
    const query = `SELECT customer AS user_id, sku AS item_id FROM read_duckdb('${file}', table_name='orders')`
    expect(await users(query)).toEqual(['ann', 'bob'])
    const root = folderOf({ '1.csv': `${header}a,x,1\n`, '2.csv': `${header}b,x,5\n` })
    expect(await users(`FROM '${root}/*.csv' WHERE rating > 3`)).toEqual(['b'])
  })

  it.each<[string, RegExp]>([
    [`SELECT * FROM read_csv('https://example.com/x.csv')`, /requires the extension httpfs/],
    [`WITH x AS (SELECT 1) INSERT INTO y FROM x`, /must be one SELECT|cannot be run/],
    [`SELECT 1; COPY (SELECT 1) TO '/tmp/understudy-never.csv'`, /must be one SELECT/],
    [`SELECT 1; ATTACH '/tmp/understudy-never.duckdb'`, /must be one SELECT/],
    [`SELECT 1; INSTALL httpfs`, /must be one SELECT/],
    [`SELECT 1; SET enable_external_access = true`, /must be one SELECT/],
    [`SELECT getenv('HOME') AS user_id, 1 AS item_id`, /getenv does not exist/],
    [`SELECT * FROM postgres_scan('', '', '')`, /postgres_scan/],
  ])('only reads, and only files: %s', async (query, message) => {
    await expect(load(query)).rejects.toThrow(message)
  })
})

it('a folder of parts that is empty is refused', async () => {
  const root = folderOf({})
  mkdirSync(join(root, 'parts'))
  await expect(load(join(root, 'parts'))).rejects.toThrow(/parts: the folder has no files/)
})
