type Numbers = Int32Array | Float32Array | Float64Array

const initialCapacity = 1024

/** A typed array that grows by doubling: 4 or 8 bytes a number. */
export class Column<T extends Numbers> {
  /** Numbers so far. */
  length = 0
  private data: T
  constructor(private readonly allocate: (length: number) => T) {
    this.data = allocate(initialCapacity)
  }

  /** Adds a number at the end. */
  push(value: number): void {
    if (this.length === this.data.length) this.grow()
    this.data[this.length++] = value
  }

  /** The numbers so far [length], a view that the next push may leave behind. */
  view(): T {
    return this.data.subarray(0, this.length) as T
  }

  private grow(): void {
    const larger = this.allocate(this.data.length * 2)
    larger.set(this.data)
    this.data = larger
  }
}
