// Interactions of any number, written as CSV:
//   node test/bench/scale/generate.mjs films 30000000 films.csv
// `films` has the shape of MovieLens 32M: whole-number ids, rows grouped by user, 150 a user in the
// mean and 20 at least, long tails, new items all the time. `visitors` are rows in the order of
// time, of 4 visitors for each 3 rows, of whom most come once or never: more than 2^24 from 24
// million rows on. Their ids are 16 letters long.
import { closeSync, openSync, writeSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const header = 'user_id,item_id,rating,timestamp\n'
const from = 1.2e9

/** Numbers of a seed, uniform in [0, 1): mulberry32. */
function numbers(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Calls `put` with the cells of each row of `films`. */
function films(rows, next, put) {
  const items = Math.max(1000, Math.round(rows / 375))
  const last = new Int32Array(items).fill(-1)
  for (let user = 0, left = rows; left > 0; user++) {
    // 20 and more, 150 in the mean: a long tail.
    const own = Math.min(left, Math.floor(20 + 130 * next() ** 2 * 3))
    const begun = from + Math.floor(next() * 5e8)
    for (let k = 0; k < own; k++) {
      const time = begun + k * 60
      const out = items * (0.5 + (time - from) / 1e9)
      // Popular items come often; a second draw makes most pairs differ.
      let item = Math.floor(out * next() ** 3)
      if (last[item] === user) item = Math.floor(out * next() ** 2)
      last[item] = user
      put(user + 1, item + 1, Math.ceil(next() * 10) / 2, time)
    }
    left -= own
  }
}

/** Calls `put` with the cells of each row of `visitors`. */
function visitors(rows, next, put) {
  const users = Math.round((rows * 4) / 3)
  const items = Math.max(1000, Math.round(rows / 100))
  const name = (user) =>
    (Math.imul(user, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0') +
    user.toString(16).padStart(8, '0')
  for (let row = 0; row < rows; row++)
    put(
      name(Math.floor(next() * users)),
      `p${Math.floor(items * (0.5 + (0.5 * row) / rows) * next() ** 3)}`,
      Math.ceil(next() * 5),
      from + row,
    )
}

/** Writes a file of so many rows. @param shape - `films` or `visitors` */
export function generate(shape, rows, file, seed = 1) {
  const out = openSync(file, 'w')
  let text = header
  const put = (user, item, rating, time) => {
    text += `${user},${item},${rating},${time}\n`
    if (text.length < 2 ** 20) return
    writeSync(out, text)
    text = ''
  }
  ;({ films, visitors })[shape](rows, numbers(seed), put)
  writeSync(out, text)
  closeSync(out)
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [shape, rows, file] = process.argv.slice(2)
  generate(shape, Number(rows), file)
}
