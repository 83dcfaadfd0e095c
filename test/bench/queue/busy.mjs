// Presets whose seeds take a known time, of the processor or waiting, for run.mjs.
import { createHash } from 'node:crypto'
import { presets } from 'understudy'

const block = Buffer.alloc(1 << 16)

/** Work for the processor: so many hashes of 64 KB. */
export function hashes(count) {
  for (let k = 0; k < count; k++) createHash('sha256').update(block).digest()
}

const perSecond = () => Number(process.env.UNDERSTUDY_HASHES_PER_SECOND)
const size = { seeds: 1, settings: {} }
const kinds = {
  busy: (ms) => hashes((perSecond() * ms) / 1000),
  idle: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}
for (const [kind, work] of Object.entries(kinds))
  for (const ms of [20, 1000])
    presets.add({
      name: `${kind}-${ms}`,
      title: kind,
      question: 'How long does it take?',
      sizes: { smoke: size, full: size },
      comparisons: () => [],
      measurements: {
        steps: () => 1,
        async measure({ seed }) {
          await work(ms)
          return [{ name: 'seed', metrics: { seed } }]
        },
      },
    })
