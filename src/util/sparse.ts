/**
 * A sparse matrix by compressed rows: row r has the entries `column[k]`, `value[k]` for k in
 * [start[r], start[r + 1]).
 */
export interface SparseMatrix {
  /** Number of rows. */
  rows: number
  /** Number of columns. */
  columns: number
  /** Where the entries of each row begin [rows + 1]. */
  start: Int32Array
  /** Column of each entry [numEntries]. */
  column: Int32Array
  /** Value of each entry [numEntries]. */
  value: Float64Array
}

/** A X [rows, width] for dense row-major X [columns, width]. */
export function multiply(a: SparseMatrix, x: Float64Array, width: number): Float64Array {
  const y = new Float64Array(a.rows * width)
  for (let r = 0; r < a.rows; r++)
    for (let k = a.start[r]; k < a.start[r + 1]; k++)
      addScaled(y, r * width, x, a.column[k] * width, a.value[k], width)
  return y
}

/** A^T X [columns, width] for dense row-major X [rows, width]. */
export function multiplyTransposed(a: SparseMatrix, x: Float64Array, width: number): Float64Array {
  const y = new Float64Array(a.columns * width)
  for (let r = 0; r < a.rows; r++)
    for (let k = a.start[r]; k < a.start[r + 1]; k++)
      addScaled(y, a.column[k] * width, x, r * width, a.value[k], width)
  return y
}

function addScaled(
  y: Float64Array,
  yAt: number,
  x: Float64Array,
  xAt: number,
  scale: number,
  width: number,
): void {
  for (let d = 0; d < width; d++) y[yAt + d] += scale * x[xAt + d]
}
