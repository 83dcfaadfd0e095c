/** A Plotly figure as plain JSON, with text for readers who cannot see it. */
export interface Figure {
  /** Name for files and anchors: `recall`. */
  name: string
  /** Title, shown above the figure. */
  title: string
  /** Says in one or two sentences what the figure shows and how to read it. */
  caption: string
  /** Plotly's traces. */
  data: Record<string, unknown>[]
  /** Plotly's layout. */
  layout: Record<string, unknown>
}
