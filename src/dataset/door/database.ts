import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBDataChunkWriter,
  DuckDBInstance,
  type DuckDBValue,
  StatementType,
} from '@duckdb/node-api'
import { DataError, InputError, InterruptedError } from '../../util/errors.js'

/** Memory of DuckDB; what does not fit lies in a temporary folder. */
const memory = '600MB'

/** A block of rows. */
export class Block {
  /** Number of rows. */
  readonly rows: number

  constructor(private readonly chunk: DuckDBDataChunk) {
    this.rows = chunk.rowCount
  }

  /** Values of a column. */
  values<T>(column: number): T[] {
    return this.chunk.getColumnValues(column) as T[]
  }

  /**
   * Writes a column of numbers, none of them NULL.
   * @param places - column of the place of each number in `into`
   */
  scatter(column: number, into: Int32Array | Float32Array | Float64Array, places: number): void {
    const place = this.chunk.getColumnVector(places)
    const vector = this.chunk.getColumnVector(column)
    for (let k = 0; k < this.rows; k++)
      into[place.getItem(k) as number] = vector.getItem(k) as number
  }
}

/** A DuckDB of its own in memory and a temporary folder, which goes with it. */
export class Database {
  private constructor(
    /** The temporary folder. */
    readonly folder: string,
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** Opens a database, gives it to `use`, and removes it. */
  static async use<T>(
    signal: AbortSignal | undefined,
    use: (database: Database) => Promise<T>,
  ): Promise<T> {
    const folder = mkdtempSync(join(tmpdir(), 'understudy-'))
    let database: Database | undefined
    const interrupt = () => database?.connection.interrupt()
    try {
      const instance = await DuckDBInstance.create(':memory:', {
        memory_limit: memory,
        temp_directory: join(folder, 'spill'),
        // Nothing is fetched, now or by a later version.
        autoinstall_known_extensions: 'false',
        autoload_known_extensions: 'false',
      })
      database = new Database(folder, instance, await instance.connect(), signal)
      signal?.addEventListener('abort', interrupt)
      // Times without a zone are UTC.
      await database.rows(`SET TimeZone = 'UTC'`)
      return await use(database)
    } finally {
      signal?.removeEventListener('abort', interrupt)
      database?.connection.closeSync()
      database?.instance.closeSync()
      rmSync(folder, { recursive: true, force: true })
    }
  }

  /** The rows of a statement. @throws InterruptedError when the signal has fired */
  async rows<T>(sql: string): Promise<T[]> {
    const reader = await this.guarded(() => this.connection.runAndReadAll(sql))
    return reader.getRowObjectsJS() as T[]
  }

  /** Gives each block of rows to `take`. */
  async each(sql: string, take: (block: Block) => void): Promise<void> {
    await this.guarded(async () => {
      const result = await this.connection.stream(sql)
      for (;;) {
        this.checkSignal()
        const chunk = await result.fetchChunk()
        if (!chunk || chunk.rowCount === 0) return
        take(new Block(chunk))
      }
    })
  }

  /** Appends so many rows to a table. @param row - gives the cells of each, in order */
  async append(table: string, rows: number, row: (k: number) => DuckDBValue[]): Promise<void> {
    const appender = await this.connection.createAppender(table)
    const writer = DuckDBDataChunkWriter.forAppender(appender)
    for (let k = 0; k < rows; k++) writer.appendRow(row(k))
    writer.flush()
    appender.closeSync()
  }

  /** @throws InterruptedError when the signal has fired */
  checkSignal(): void {
    if (this.signal?.aborted) throw new InterruptedError('stopped')
  }

  /**
   * Checks that a text is one query and no more: it may read, and do nothing else.
   * @throws InputError otherwise
   */
  async checkQuery(sql: string): Promise<void> {
    try {
      const statements = await this.connection.extractStatements(sql)
      const { statementType } = await statements.prepare(0)
      if (statements.count === 1 && statementType === StatementType.SELECT) return
    } catch (error) {
      throw new InputError(`the query cannot be run: ${firstLine(error)}`, { cause: error })
    }
    throw new InputError('the query must be one SELECT, which reads and changes nothing')
  }

  /**
   * From here on nothing but these files can be read, whatever a query or a view in them says.
   * @param paths - absent: what is read stays open, how it is read does not
   */
  async lock(paths?: readonly string[]): Promise<void> {
    const list = (of: readonly string[]) => `[${of.map(text).join(', ')}]`
    const settings = paths
      ? [
          `allowed_directories = ${list([this.folder])}`,
          `allowed_paths = ${list(paths.flatMap((path) => [path, asPattern(path)]))}`,
          'enable_external_access = false',
        ]
      : []
    for (const setting of [...settings, 'lock_configuration = true'])
      await this.rows(`SET ${setting}`)
  }

  private async guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      this.checkSignal()
      return await work()
    } catch (error) {
      if (this.signal?.aborted) throw new InterruptedError('stopped', { cause: error })
      throw error
    }
  }
}

/** A text as an SQL literal. */
export function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`
}

/** Paths of files as an SQL list; `*`, `?` and `[` stand for themselves. */
export function pathList(files: readonly { path: string }[]): string {
  return `[${files.map(({ path }) => text(asPattern(path))).join(', ')}]`
}

function asPattern(path: string): string {
  return path.replace(/[*?[]/g, '[$&]')
}

/** A name as an SQL identifier. */
export function name(value: string): string {
  return `"${value.replaceAll('"', '""')}"`
}

/**
 * SQL for a text without blanks around it, NULL where nothing is left. Most texts have none, and to
 * look is cheaper than to trim.
 */
export function trimmed(cell: string): string {
  const blanks = ["' '", 'chr(9)', 'chr(13)']
  const atEnd = blanks.map((blank) => `suffix(${cell}, ${blank})`).join(' OR ')
  const trim = `nullif(trim(${cell}, ${blanks.join(' || ')}), '')`
  return `CASE WHEN ascii(${cell}) <= 32 OR ${atEnd} THEN ${trim} ELSE ${cell} END`
}

/** DuckDB's own message, as an error of a file. */
export function asDataError(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || error.constructor !== Error) return error
  return new DataError(firstLine(error), { file }, { cause: error })
}

function firstLine(error: unknown): string {
  return (error as Error).message.split('\n')[0].replace(/^[A-Z][A-Za-z ]+ Error: /, '')
}
