/**
 * C[m, n] = A[m, k] B[k, n] in float32; n a multiple of 8, m of 4. Element (i, k) of A is at A + (i * rowStride + k * colStride) * 4,
 * so that the same loop multiplies by A and by its transpose. Tile: 4 rows x 2 vectors, no fused multiply-add: the same
 * bits on every machine.
 */
export function gemm(A: usize, rowStride: i32, colStride: i32, B: usize, ldb: i32, C: usize, ldc: i32, m: i32, n: i32, k: i32): void {
  const row = <usize>rowStride << 2
  const col = <usize>colStride << 2
  const stepB = <usize>ldb << 2
  const stepC = <usize>ldc << 2
  // Panels of B that stay in the cache while all rows of A go by.
  for (let from = 0; from < n; from += PANEL) {
    panel(A, row, col, B, stepB, C, stepC, m, from, min(from + PANEL, n), k)
  }
}

const PANEL: i32 = 256

function panel(A: usize, row: usize, col: usize, B: usize, stepB: usize, C: usize, stepC: usize, m: i32, from: i32, to: i32, k: i32): void {
  for (let i = 0; i < m; i += 4) {
    const a0 = A + <usize>i * row
    for (let j = from; j < to; j += 8) {
      let c00 = f32x4.splat(0)
      let c01 = f32x4.splat(0)
      let c10 = f32x4.splat(0)
      let c11 = f32x4.splat(0)
      let c20 = f32x4.splat(0)
      let c21 = f32x4.splat(0)
      let c30 = f32x4.splat(0)
      let c31 = f32x4.splat(0)
      let a = a0
      let b = B + (<usize>j << 2)
      for (let l = 0; l < k; l++) {
        const b0 = v128.load(b)
        const b1 = v128.load(b, 16)
        let x = v128.load32_splat(a)
        c00 = f32x4.add(c00, f32x4.mul(x, b0))
        c01 = f32x4.add(c01, f32x4.mul(x, b1))
        x = v128.load32_splat(a + row)
        c10 = f32x4.add(c10, f32x4.mul(x, b0))
        c11 = f32x4.add(c11, f32x4.mul(x, b1))
        x = v128.load32_splat(a + 2 * row)
        c20 = f32x4.add(c20, f32x4.mul(x, b0))
        c21 = f32x4.add(c21, f32x4.mul(x, b1))
        x = v128.load32_splat(a + 3 * row)
        c30 = f32x4.add(c30, f32x4.mul(x, b0))
        c31 = f32x4.add(c31, f32x4.mul(x, b1))
        a += col
        b += stepB
      }
      let c = C + <usize>i * stepC + (<usize>j << 2)
      v128.store(c, c00)
      v128.store(c, c01, 16)
      c += stepC
      v128.store(c, c10)
      v128.store(c, c11, 16)
      c += stepC
      v128.store(c, c20)
      v128.store(c, c21, 16)
      c += stepC
      v128.store(c, c30)
      v128.store(c, c31, 16)
    }
  }
}

/** Transposes [rows, cols] to [cols, rows]; distances between rows in floats. */
export function transpose(from: usize, fromStride: i32, to: usize, toStride: i32, rows: i32, cols: i32): void {
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < cols; j++)
      store<f32>(to + (<usize>(j * toStride + i) << 2), load<f32>(from + (<usize>(i * fromStride + j) << 2)))
}
