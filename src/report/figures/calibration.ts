import type { JudgeReport } from '../../judge/judge-report.js'
import type { Figure } from './figure.js'
import { margin } from './parts.js'

/** The share of right answers against the share that their margin claims. */
export function calibration({ calibration: quarters }: JudgeReport): Figure | undefined {
  if (quarters.length === 0) return undefined
  return {
    name: 'calibration',
    title: 'Calibration of the margin',
    caption:
      'What the margin claims, and how often the answer is right, by quarters of the margin; ' +
      'on the dotted line, claims are true.',
    data: [
      {
        type: 'scatter',
        mode: 'markers+lines',
        x: quarters.map(({ claimed }) => claimed),
        y: quarters.map(({ accuracy }) => accuracy.share),
        text: quarters.map(({ accuracy }) => `n = ${accuracy.n}`),
        error_y: {
          type: 'data',
          array: quarters.map(({ accuracy }) => accuracy.standardError),
          visible: true,
        },
      },
    ],
    layout: {
      height: 340,
      margin,
      xaxis: { title: { text: 'claimed' }, range: [0.45, 1.02] },
      yaxis: { title: { text: 'right' }, range: [0, 1.05] },
      shapes: [
        {
          type: 'line',
          x0: 0.5,
          y0: 0.5,
          x1: 1,
          y1: 1,
          line: { dash: 'dot', width: 1, color: '#888' },
        },
      ],
    },
  }
}
