import { cpSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { DataError, InputError } from '../util/errors.js'
import { checkFolder } from '../util/files.js'
import { AnswerFile } from './answer-file.js'
import { dataFile, type Files, openFiles, putAnswer } from './answer-files.js'
import { answerOf, serverOf, type StoredAnswer } from './stored-answer.js'

/** Records that are written at once. */
const batchSize = 100

/**
 * Copies the answers that can be read in a damaged store to a new one, whatever is wrong with its
 * file.
 * @returns how many answers were copied, and of how many others only damaged records were found
 * @throws InputError where there is no store, or one in the new folder already; DataError where no
 * answer can be read
 */
export async function repairAnswers(
  from: string,
  to: string,
): Promise<{ copied: number; damaged: number }> {
  const path = join(from, dataFile)
  if (!existsSync(path)) throw new InputError(`there is no answer store in ${from}`)
  if (existsSync(join(to, dataFile)))
    throw new InputError(`${to} has an answer store; name a new folder`)
  checkFolder(to)
  const file = new AnswerFile(path)
  const files = openFiles(to, false)
  const decode = decoderOf(files)
  /** The transaction of each answer that was copied: of two to one request, the newer stays. */
  const copied = new Map<string, number>()
  const damaged = new Set<string>()
  let batch: StoredAnswer[] = []
  const flush = async () => {
    await Promise.all(batch.map((answer) => putAnswer(to, files, answer)))
    batch = []
  }
  try {
    for (const { key: bytes, value, transaction } of file.salvage()) {
      const key = bytes.toString('latin1')
      if (!/^[0-9a-f]{64}$/.test(key) || (copied.get(key) ?? -1) >= transaction) continue
      const record = decode(value)
      const answer = answerOf(key, record)
      if (!answer && !serverOf(key, record)) damaged.add(key)
      if (!answer) continue
      copied.set(key, transaction)
      batch.push(answer)
      if (batch.length === batchSize) await flush()
    }
    await flush()
    if (copied.size === 0) throw new DataError('none of its answers can be read', { file: path })
  } finally {
    file.close()
    await files.root.close()
  }
  // Batches that were paid for and have not come back.
  if (existsSync(join(from, 'batches')))
    cpSync(join(from, 'batches'), join(to, 'batches'), { recursive: true })
  return { copied: copied.size, damaged: [...damaged].filter((key) => !copied.has(key)).length }
}

/** Stores of earlier versions hold objects, which lmdb reads. */
function decoderOf({ answers }: Files): (value: Buffer) => unknown {
  // Not in lmdb's types.
  const { decoder } = answers as unknown as { decoder: { decode(bytes: Buffer): unknown } }
  return (value) => {
    try {
      return decoder.decode(value)
    } catch {
      return undefined
    }
  }
}
