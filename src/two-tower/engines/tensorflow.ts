/** What is used of TensorFlow.js, and what another loss may need; written down here, because the package is optional and its types are not there without it. */
export interface TensorFlow {
  tensor1d(values: ArrayLike<number>, type?: 'float32' | 'int32'): Tensor
  tensor2d(values: ArrayLike<number>, shape: [number, number], type?: 'float32' | 'int32'): Tensor
  scalar(value: number): Tensor
  fill(shape: number[], value: number): Tensor
  eye(size: number): Tensor
  matMul(a: Tensor, b: Tensor, transposeA?: boolean, transposeB?: boolean): Tensor
  gather(table: Tensor, rows: Tensor): Tensor
  gatherND(x: Tensor, indices: Tensor): Tensor
  scatterND(indices: Tensor, updates: Tensor, shape: number[]): Tensor
  unsortedSegmentSum(x: Tensor, segments: Tensor, count: number): Tensor
  where(condition: Tensor, a: Tensor, b: Tensor): Tensor
  softmax(x: Tensor): Tensor
  logSoftmax(x: Tensor): Tensor
  transpose(x: Tensor): Tensor
  valueAndGrads(f: (...tensors: Tensor[]) => Tensor): (tensors: Tensor[]) => { grads: Tensor[]; value: Tensor }
  tidy<T>(work: () => T): T
  env(): { set(flag: string, value: boolean): void }
}

export interface Tensor {
  shape: number[]
  add(other: Tensor | number): Tensor
  sub(other: Tensor | number): Tensor
  mul(other: Tensor | number): Tensor
  div(other: Tensor | number): Tensor
  equal(other: Tensor | number): Tensor
  logicalAnd(other: Tensor): Tensor
  maximum(other: Tensor | number): Tensor
  minimum(other: Tensor | number): Tensor
  sqrt(): Tensor
  exp(): Tensor
  log(): Tensor
  abs(): Tensor
  relu(): Tensor
  sigmoid(): Tensor
  square(): Tensor
  neg(): Tensor
  softplus(): Tensor
  sum(axis?: number): Tensor
  mean(): Tensor
  expandDims(axis: number): Tensor
  reshape(shape: number[]): Tensor
  dataSync(): Float32Array
  dispose(): void
}
