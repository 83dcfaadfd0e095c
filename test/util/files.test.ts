import { execFileSync } from 'node:child_process'
import fs, {
  closeSync,
  constants,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { csv, csvBlocks } from '#src/util/csv.js'
import { DataError } from '#src/util/errors.js'
import {
  checkFile,
  checkFolder,
  makeFolder,
  writeAtomically,
  writeTogether,
} from '#src/util/files.js'
import { npy, readFloats, readInts } from '#src/util/npy.js'
import { folderOf } from '../support/files.js'

describe('writeAtomically', () => {
  it('writes parts one after another', () => {
    const folder = folderOf({})
    writeAtomically(join(folder, 'a'), ['wörd', '', 'x'.repeat(100_000)])
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('wörd' + 'x'.repeat(100_000))
    expect(readdirSync(folder)).toEqual(['a'])
  })

  it('leaves the old content, and no other file, when a part cannot be made', () => {
    const folder = folderOf({ a: 'old' })
    function* parts() {
      yield 'new'
      throw new Error('no more')
    }
    expect(() => writeAtomically(join(folder, 'a'), parts())).toThrow('no more')
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('old')
    expect(readdirSync(folder)).toEqual(['a'])
  })
})

/** The calls of node:fs that put bytes and names on disk, while something is done. */
function callsOf(act: () => void): string[] {
  const calls: string[] = []
  const names = new Map<number, string>()
  const real = { openSync: fs.openSync, fsyncSync: fs.fsyncSync, renameSync: fs.renameSync }
  const short = (path: unknown) => basename(String(path)).replace(/\.\d+\.\d+\.tmp$/, '.tmp')
  Object.assign(fs, {
    openSync(...args: Parameters<typeof fs.openSync>) {
      const file = real.openSync(...args)
      names.set(file, short(args[0]))
      return file
    },
    fsyncSync(file: number) {
      calls.push(`sync ${names.get(file)}`)
      real.fsyncSync(file)
    },
    renameSync(from: string, to: string) {
      calls.push(`${short(from)} to ${short(to)}`)
      real.renameSync(from, to)
    },
  })
  syncBuiltinESMExports()
  try {
    act()
  } finally {
    Object.assign(fs, real)
    syncBuiltinESMExports()
  }
  return calls
}

describe('what is written is on disk when it counts', () => {
  it('the bytes before they get their name, the names last', () => {
    const folder = folderOf({})
    const calls = callsOf(() => writeTogether(folder, { a: '1', b: '2' }))
    const ofNames = `sync ${basename(folder)}`
    expect(calls).toEqual(['sync a.tmp', 'sync b.tmp', 'a.tmp to a', 'b.tmp to b', ofNames])
  })

  it('new folders in those above them', () => {
    const folder = folderOf({})
    expect(callsOf(() => makeFolder(join(folder, 'x', 'y')))).toEqual([
      'sync x',
      `sync ${basename(folder)}`,
    ])
    expect(callsOf(() => makeFolder(join(folder, 'x', 'y')))).toEqual([])
  })
})

describe('writeTogether', () => {
  it('writes all files, or leaves all old ones', () => {
    const folder = folderOf({ a: 'old', 'b/c': '' })
    expect(() => writeTogether(folder, { a: 'new', b: 'a folder is there', c: 'new' })).toThrow()
    const wrong = () => writeTogether(folder, { a: 'new', 'no/folder': '' })
    expect(wrong).toThrow(expect.objectContaining({ path: join(folder, 'no/folder') }))
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('old')
    expect(readdirSync(folder).sort()).toEqual(['a', 'b'])
    writeTogether(folder, { a: 'new', c: ['x', 'y'] })
    expect(['a', 'c'].map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual([
      'new',
      'xy',
    ])
  })

  it('writes what a link leads to, and into a pipe', () => {
    const folder = folderOf({ real: 'old' })
    symlinkSync('real', join(folder, 'link'))
    writeAtomically(join(folder, 'link'), 'new')
    expect(readlinkSync(join(folder, 'link'))).toBe('real')
    expect(readFileSync(join(folder, 'real'), 'utf8')).toBe('new')
    execFileSync('mkfifo', [join(folder, 'pipe')])
    const reader = openSync(join(folder, 'pipe'), constants.O_RDWR)
    writeAtomically(join(folder, 'pipe'), 'through')
    const bytes = Buffer.alloc(7)
    readSync(reader, bytes)
    closeSync(reader)
    expect(bytes.toString()).toBe('through')
    expect(statSync(join(folder, 'pipe')).isFIFO()).toBe(true)
  })
})

describe('checkFile and checkFolder', () => {
  const folder = () => {
    const made = folderOf({ file: '', 'folder/x': '' })
    symlinkSync('loop', join(made, 'loop'))
    return made
  }
  it.each<[string, RegExp | undefined, RegExp | undefined]>([
    ['new', undefined, undefined],
    ['file', undefined, /file is not a folder/],
    ['folder', /folder is a folder; name a file/, undefined],
    ['a/b', /a\/b: there is no folder .*a$/, undefined],
    ['file/b', /file\/b: a part of the path is a file/, /file\/b: a part of the path is a file/],
    ['loop/b', /links lead in a circle/, /links lead in a circle/],
    ['x'.repeat(300), /name is too long/, /name is too long/],
  ])('%s', (name, asFile, asFolder) => {
    const at = folder()
    const before = readdirSync(at)
    for (const [check, message] of [
      [checkFile, asFile],
      [checkFolder, asFolder],
    ] as const)
      if (message) expect(() => check(join(at, name))).toThrow(message)
      else check(join(at, name))
    expect(readdirSync(at)).toEqual(before)
  })
})

describe('csvBlocks', () => {
  const rows = Array.from({ length: 20_000 }, (_, k) => [`name ${k}, "x"`, k % 7 ? k / 8 : NaN])

  it('gives the text of csv in several parts', () => {
    const blocks = [...csvBlocks(['a', 'b'], rows)]
    expect(blocks.length).toBeGreaterThan(3)
    expect(blocks.join('')).toBe(csv(['a', 'b'], rows))
    expect(blocks.join('').split('\n').slice(0, 3)).toEqual([
      'a,b',
      '"name 0, ""x""",',
      '"name 1, ""x""",0.125',
    ])
  })

  it('gives the head alone where there is no row', () => {
    expect([...csvBlocks(['a'], [])]).toEqual(['a\n'])
  })
})

describe('npy', () => {
  // numpy.save of numpy.array([1, -2, 3], '<i4')
  const header = "{'descr': '<i4', 'fortran_order': False, 'shape': (3,), }"
  const bytes = Buffer.concat([
    Buffer.from('\x93NUMPY\x01\x00\x76\x00', 'latin1'),
    Buffer.from(header.padEnd(117) + '\n'),
    Buffer.from(Int32Array.of(1, -2, 3).buffer),
  ])

  it('writes what NumPy writes', () => {
    expect(npy(Int32Array.of(1, -2, 3), [3])).toEqual(bytes)
  })

  it('reads it, and tells one type and shape from another', () => {
    const folder = folderOf({ ints: bytes, floats: npy(Float32Array.of(1, 2, 3, 4), [2, 2]) })
    const at = (name: string) => join(folder, name)
    expect(readInts(at('ints'), '')).toEqual(Int32Array.of(1, -2, 3))
    const values = Float32Array.of(1, 2, 3, 4)
    expect(readFloats(at('floats'), '')).toEqual({ rows: 2, dim: 2, values })
    expect(() => readFloats(at('ints'), '')).toThrow(/ints: not a float32 matrix in NumPy/)
    expect(() => readInts(at('floats'), '')).toThrow(/floats: not a list of int32 in NumPy/)
    writeFileSync(at('ints'), bytes.subarray(0, -1))
    expect(() => readInts(at('ints'), '')).toThrow(DataError)
    expect(() => readInts(at('none'), 'write it')).toThrow(/none: there is no such file; write it/)
  })
})
