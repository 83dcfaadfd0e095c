import { ExecutionError } from '../../util/errors.js'

/** The next multiple of 8. */
export const padded = (n: number) => Math.ceil(n / 8) * 8

/** Gives out memory from `next` on, all of it zero; what an earlier call left is overwritten. */
export class Arena {
  constructor(
    readonly memory: WebAssembly.Memory,
    private next: number,
  ) {}

  int32(length: number): Numbers<Int32Array> {
    return new Numbers(this.memory, this.#take(length * 4), length, Int32Array)
  }

  float32(length: number): Numbers<Float32Array> {
    return new Numbers(this.memory, this.#take(length * 4), length, Float32Array)
  }

  /** Rows of `stride` numbers, of which `dim` are its own. */
  matrix(numRows: number, dim: number, stride = padded(dim)): MatrixBlock {
    return new MatrixBlock(this.float32(numRows * stride), numRows, dim, stride)
  }

  #take(bytes: number): number {
    const address = Math.ceil(this.next / 16) * 16
    const needed = address + bytes
    const missing = needed - this.memory.buffer.byteLength
    if (missing > 0) {
      try {
        this.memory.grow(Math.ceil(missing / 65536))
      } catch (error) {
        throw new ExecutionError(
          `the model needs ${Math.ceil(needed / 2 ** 20)} MiB, more than WebAssembly can use; ` +
            'use a smaller model.dim',
          { cause: error },
        )
      }
    }
    this.next = needed
    new Uint8Array(this.memory.buffer, address, bytes).fill(0)
    return address
  }
}

/**
 * A typed array in WebAssembly memory. Each view is a new one, because growing the memory detaches
 * old views.
 */
export class Numbers<T extends Int32Array | Float32Array> {
  constructor(
    private readonly memory: WebAssembly.Memory,
    readonly address: number,
    readonly length: number,
    private readonly type: { new (buffer: ArrayBuffer, address: number, length: number): T },
  ) {}

  view(): T {
    return new this.type(this.memory.buffer, this.address, this.length)
  }

  set(values: T): this {
    this.view().set(values)
    return this
  }

  fill(value: number): this {
    this.view().fill(value)
    return this
  }

  /** A copy of the first `length` numbers. */
  read(length = this.length): T {
    return this.view().slice(0, length) as T
  }
}

/** A row-major matrix; what its rows have beyond `dim` is not read or written here. */
export class MatrixBlock {
  constructor(
    private readonly numbers: Numbers<Float32Array>,
    readonly numRows: number,
    readonly dim: number,
    readonly stride: number,
  ) {}

  get address(): number {
    return this.numbers.address
  }

  view(): Float32Array {
    return this.numbers.view()
  }

  /** Writes `value` to all numbers of the rows from `column` on, those beyond `dim`. */
  fillFrom(column: number, value: number): void {
    const view = this.numbers.view()
    for (let end = this.stride; end <= view.length; end += this.stride)
      view.fill(value, end - this.stride + column, end)
  }

  write(values: Float32Array): void {
    const view = this.numbers.view()
    if (this.stride === this.dim) return view.set(values)
    for (let row = 0; row < this.numRows; row++)
      view.set(values.subarray(row * this.dim, (row + 1) * this.dim), row * this.stride)
  }

  writeRows(values: Float32Array, rows: Int32Array): void {
    const view = this.numbers.view()
    for (let at = 0; at < rows.length; at++)
      view.set(values.subarray(rows[at] * this.dim, (rows[at] + 1) * this.dim), at * this.stride)
  }

  row(row: number): Float32Array {
    return this.numbers.view().slice(row * this.stride, row * this.stride + this.dim)
  }

  read(): Float32Array {
    const view = this.numbers.view()
    const out = new Float32Array(this.numRows * this.dim)
    for (let row = 0; row < this.numRows; row++)
      out.set(view.subarray(row * this.stride, row * this.stride + this.dim), row * this.dim)
    return out
  }
}
