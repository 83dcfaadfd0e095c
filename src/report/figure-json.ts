/**
 * Figures as JSON, in which typed arrays are lists of numbers: `JSON.stringify` alone makes objects
 * of them, which Plotly draws as nothing.
 * @param change - what else becomes of a value
 */
export function figureJson(
  figures: unknown,
  change: (value: unknown) => unknown = (value) => value,
): string {
  return JSON.stringify(figures, (_, value: unknown) =>
    change(ArrayBuffer.isView(value) ? listOf(value) : value),
  )
}

function listOf(view: ArrayBufferView): unknown {
  return view instanceof DataView ? view : Array.from(view as unknown as Iterable<number>, Number)
}
