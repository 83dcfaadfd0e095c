/** Scores at or below this are masked: their probability is exactly 0. */
export const masked: f32 = -1e30

/** e^x for x <= 0 to about 1 ulp, exactly 0 below -87 (no denormals). Cephes' expf: range reduction by ln 2 in two parts. */
// @ts-ignore: decorator
@inline
function exp(x: v128): v128 {
  const inRange = f32x4.gt(x, f32x4.splat(-87))
  const y = f32x4.pmax(x, f32x4.splat(-87))
  // Between 2^23 and 2^24 floats are whole numbers: the sum rounds, and its low bits are n.
  const rounded = f32x4.add(f32x4.mul(y, f32x4.splat(1.44269504)), f32x4.splat(12582912))
  const n = f32x4.sub(rounded, f32x4.splat(12582912))
  let r = f32x4.sub(y, f32x4.mul(n, f32x4.splat(0.693359375)))
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.12194440e-4)))
  let p = f32x4.splat(1.9875691500e-4)
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.5))
  p = f32x4.add(f32x4.add(f32x4.mul(p, f32x4.mul(r, r)), r), f32x4.splat(1))
  const power = i32x4.shl(i32x4.add(rounded, i32x4.splat(127)), 23)
  return v128.and(f32x4.mul(p, power), inRange)
}

// @ts-ignore: decorator
@inline
function horizontalMax(x: v128): f32 {
  return max(max(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1)), max(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3)))
}

// @ts-ignore: decorator
@inline
function horizontalSum(x: v128): f32 {
  return f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3))
}

/**
 * One row of dot products [width] becomes the gradient of its cross-entropy: (softmax - onehot(target)) * scale.
 * Scores are dot / T + bias; a masked column holds `masked` for its dot product.
 * @returns the cross-entropy in nats
 */
export function softmaxRow(row: usize, width: i32, target: i32, bias: usize, inverseT: f32, scale: f32): f64 {
  const end = <usize>width << 2
  const hit = load<f32>(row + (<usize>target << 2)) * inverseT + load<f32>(bias + (<usize>target << 2))
  let most = f32x4.splat(hit)
  for (let at: usize = 0; at < end; at += 16) {
    const score = f32x4.add(f32x4.mul(v128.load(row + at), f32x4.splat(inverseT)), v128.load(bias + at))
    v128.store(row + at, score)
    // One instruction where max takes eight, which only differ in NaN.
    most = f32x4.pmax(most, score)
  }
  const top = horizontalMax(most)
  let total = f32x4.splat(0)
  for (let at: usize = 0; at < end; at += 16) {
    const e = exp(f32x4.sub(v128.load(row + at), f32x4.splat(top)))
    v128.store(row + at, e)
    total = f32x4.add(total, e)
  }
  const sum = horizontalSum(total)
  const factor = f32x4.splat(scale / sum)
  for (let at: usize = 0; at < end; at += 16) v128.store(row + at, f32x4.mul(v128.load(row + at), factor))
  const place = row + (<usize>target << 2)
  store<f32>(place, load<f32>(place) - scale)
  return NativeMath.log(sum) + <f64>top - <f64>hit
}
