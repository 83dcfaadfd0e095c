import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, onTestFinished } from 'vitest'

/**
 * A temporary folder with these files (those that end in .gz are gzipped), gone when the test is.
 */
export function folderOf(files: Record<string, string | Uint8Array>): string {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(
      join(folder, name),
      name.endsWith('.gz') && typeof content === 'string' ? gzipSync(content) : content,
    )
  }
  return folder
}

/** An empty temporary folder for the tests of a file, gone after the last one. */
export function sharedFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** All that is in a folder, byte for byte. */
export function textOf(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  return files.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1')).join('\n')
}
