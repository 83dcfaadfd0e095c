import { readFileSync } from 'node:fs'
import { DataError } from './errors.js'

/** Numbers of the arrays that are read and written here. */
type Numbers = Float32Array | Int32Array

/**
 * An array as a NumPy file of format 1.0, C order: float32 or int32, as the values are.
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function npy(values: Numbers, shape: readonly number[]): Uint8Array {
  const type = values instanceof Float32Array ? '<f4' : '<i4'
  const sides = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sides}), }`
  const header = text + ' '.repeat(63 - ((10 + text.length) % 64)) + '\n'
  const start = [0x93, ...Buffer.from('NUMPY'), 1, 0, header.length & 255, header.length >> 8]
  return Buffer.concat([
    Buffer.from(start),
    Buffer.from(header, 'latin1'),
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  ])
}

/** A float32 matrix, row-major. */
export interface FloatMatrix {
  rows: number
  dim: number
  values: Float32Array
}

/**
 * Reads a float32 matrix that `npy` wrote.
 * @param origin - what writes such a file, for the message where there is none
 * @throws DataError, also when a number is not finite
 */
export function readFloats(file: string, origin: string): FloatMatrix {
  const { shape, data } = readNpy(file, origin, '<f4', 2, 'a float32 matrix')
  const [rows, dim] = shape
  const values = new Float32Array(data)
  if (!values.every(Number.isFinite)) throw new DataError('a number in it is not finite', { file })
  return { rows, dim, values }
}

/**
 * Reads a list of int32 that `npy` wrote.
 * @param origin - what writes such a file, for the message where there is none
 * @throws DataError
 */
export function readInts(file: string, origin: string): Int32Array {
  return new Int32Array(readNpy(file, origin, '<i4', 1, 'a list of int32').data)
}

function readNpy(
  file: string,
  origin: string,
  type: string,
  sides: number,
  what: string,
): { shape: number[]; data: ArrayBuffer } {
  const bytes = bytesOf(file, origin)
  const start = 10 + (bytes.length < 10 ? 0 : bytes.readUInt16LE(8))
  const found = /'descr': '(...)', 'fortran_order': False, 'shape': \(([\d, ]+)\)/.exec(
    bytes.toString('latin1', 10, Math.min(start, 1024)),
  )
  const shape = found?.[2].split(',').filter((side) => side.trim() !== '')
  const count = shape?.reduce((product, side) => product * Number(side), 1)
  if (found?.[1] !== type || shape?.length !== sides || bytes.length - start !== 4 * count!)
    throw new DataError(`not ${what} in NumPy format 1.0, C order`, { file })
  // A copy, since numbers must begin at a multiple of their size.
  return { shape: shape.map(Number), data: new Uint8Array(bytes.subarray(start)).buffer }
}

function bytesOf(file: string, origin: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new DataError(`there is no such file; ${origin}`, { file })
    throw new DataError(`cannot be read (${code})`, { file })
  }
}
