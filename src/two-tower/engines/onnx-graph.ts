/**
 * An ONNX model as bytes: the few messages of the ONNX protocol buffers (onnx.proto3) that a graph
 * of plain operators needs.
 */
export interface Graph {
  nodes: Node[]
  inputs: Value[]
  outputs: Value[]
}

/** An operator and the names of its tensors. */
export interface Node {
  op: string
  inputs: string[]
  outputs: string[]
  /** Attributes; floats by name, or whole numbers. */
  floats?: Record<string, number>
  ints?: Record<string, number>
}

/** A named tensor; `shape` names its sizes, which may differ from run to run, or is a number. */
export interface Value {
  name: string
  type: 'float32' | 'int64'
  shape: (string | number)[]
}

/** Operator set 17, the last before the reductions of ScatterND changed. */
export function onnxModel({ nodes, inputs, outputs }: Graph): Uint8Array {
  const graph = [
    ...nodes.map((own) => message(1, node(own))),
    text(2, 'graph'),
    ...inputs.map((own) => message(11, value(own))),
    ...outputs.map((own) => message(12, value(own))),
  ]
  return Uint8Array.from(
    [whole(1, 8), message(7, graph), message(8, [text(1, ''), whole(2, 17)])].flat(),
  )
}

type Bytes = number[]

function node({ op, inputs, outputs, floats = {}, ints = {} }: Node): Bytes[] {
  const attributes = [
    ...Object.entries(floats).map(([name, number]) => [
      text(1, name),
      float(2, number),
      whole(20, 1),
    ]),
    ...Object.entries(ints).map(([name, number]) => [
      text(1, name),
      whole(3, number),
      whole(20, 2),
    ]),
  ]
  return [
    ...inputs.map((name) => text(1, name)),
    ...outputs.map((name) => text(2, name)),
    text(4, op),
    ...attributes.map((own) => message(5, own)),
  ]
}

function value({ name, type, shape }: Value): Bytes[] {
  const sizes = shape.map((size) =>
    message(1, [typeof size === 'number' ? whole(1, size) : text(2, size)]),
  )
  const tensor = [whole(1, type === 'float32' ? 1 : 7), message(2, sizes)]
  return [text(1, name), message(2, [message(1, tensor)])]
}

function varint(n: number): Bytes {
  return n < 128 ? [n] : [(n & 127) | 128, ...varint(n >>> 7)]
}

const whole = (field: number, n: number): Bytes => [...varint(field << 3), ...varint(n)]

const bytes = (field: number, content: Bytes): Bytes => [
  ...varint((field << 3) | 2),
  ...varint(content.length),
  ...content,
]

const text = (field: number, content: string): Bytes =>
  bytes(field, [...new TextEncoder().encode(content)])

const message = (field: number, content: Bytes[]): Bytes => bytes(field, content.flat())

const float = (field: number, n: number): Bytes => [
  ...varint((field << 3) | 5),
  ...new Uint8Array(Float32Array.of(n).buffer),
]
