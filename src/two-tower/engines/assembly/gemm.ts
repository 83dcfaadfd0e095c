/**
 * C[m, n] = A[m, k] B[k, n] in float32; n a multiple of 8, m of 4. Element (i, k) of A is at A + (i * rowStride + k * colStride) * 4,
 * so that the same loop multiplies by A and by its transpose, whose tiles are first copied to `work` [4, k]: walking down columns
 * would fetch a cache line for every few bytes. Tile: 4 rows x 2 vectors, no fused multiply-add: the same bits on every machine.
 */
export function gemm(A: usize, rowStride: i32, colStride: i32, B: usize, ldb: i32, C: usize, ldc: i32, m: i32, n: i32, k: i32, work: usize): void {
  const row = <usize>rowStride << 2
  const col = <usize>colStride << 2
  const stepB = <usize>ldb << 2
  const stepC = <usize>ldc << 2
  // Panels of B that stay in the cache while all rows of A go by.
  for (let from = 0; from < n; from += PANEL) {
    const to = min(from + PANEL, n)
    for (let i = 0; i < m; i += 4) {
      const a = A + <usize>i * row
      const c = C + <usize>i * stepC
      if (colStride === 1) tiles(a, row, 4, B, stepB, c, stepC, from, to, k)
      else {
        for (let l = 0; l < k; l++) v128.store(work + (<usize>l << 4), v128.load(a + <usize>l * col))
        tiles(work, 4, 16, B, stepB, c, stepC, from, to, k)
      }
    }
  }
}

const PANEL: i32 = 256

/** Four rows of C, columns from..to. */
function tiles(A: usize, row: usize, col: usize, B: usize, stepB: usize, C: usize, stepC: usize, from: i32, to: i32, k: i32): void {
  for (let j = from; j < to; j += 8) {
    let c00 = f32x4.splat(0)
    let c01 = f32x4.splat(0)
    let c10 = f32x4.splat(0)
    let c11 = f32x4.splat(0)
    let c20 = f32x4.splat(0)
    let c21 = f32x4.splat(0)
    let c30 = f32x4.splat(0)
    let c31 = f32x4.splat(0)
    let a = A
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
    let c = C + (<usize>j << 2)
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

/** Transposes [rows, cols] to [cols, rows], both multiples of 4; distances between rows in floats. */
export function transpose(from: usize, fromStride: i32, to: usize, toStride: i32, rows: i32, cols: i32): void {
  const stepFrom = <usize>fromStride << 2
  const stepTo = <usize>toStride << 2
  for (let i = 0; i < rows; i += 4)
    for (let j = 0; j < cols; j += 4) {
      const block = from + <usize>i * stepFrom + (<usize>j << 2)
      const a = v128.load(block)
      const b = v128.load(block + stepFrom)
      const c = v128.load(block + 2 * stepFrom)
      const d = v128.load(block + 3 * stepFrom)
      const abLow = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
      const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
      const cdLow = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
      const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
      const place = to + <usize>j * stepTo + (<usize>i << 2)
      v128.store(place, v128.shuffle<f32>(abLow, cdLow, 0, 1, 4, 5))
      v128.store(place + stepTo, v128.shuffle<f32>(abLow, cdLow, 2, 3, 6, 7))
      v128.store(place + 2 * stepTo, v128.shuffle<f32>(abHigh, cdHigh, 0, 1, 4, 5))
      v128.store(place + 3 * stepTo, v128.shuffle<f32>(abHigh, cdHigh, 2, 3, 6, 7))
    }
}
