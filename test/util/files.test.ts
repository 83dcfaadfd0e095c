import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { csv, csvBlocks } from '#src/util/csv.js'
import { DataError } from '#src/util/errors.js'
import { writeAtomically } from '#src/util/files.js'
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
