// A process of its own, since a damaged file may end it: makes, or opens, reads and writes an
// answer store whose answers are known. Prints what came of it as one JSON document.
import { openAnswerStore } from '../../dist/llm/answer-store.js'
import { repairAnswers } from '../../dist/llm/repair-answers.js'
import { UnderstudyError } from '../../dist/util/errors.js'

const [task, folder, count] = process.argv.slice(2)

/** Short ones, and ones of several pages. */
const answer = (k) => ({
  request: {
    backend: 'http://x/v1',
    model: 'm',
    messages: [{ role: 'user', content: `question ${k} ${'lorem ipsum '.repeat((37 * k) % 500)}` }],
    maxTokens: 1,
    parameters: {},
    promptVersion: 'p/1',
  },
  text: String(k % 2),
  firstToken: [
    ['1', -0.25],
    ['2', -1.5 - k],
  ],
  usage: { prompt: 9, completion: 1, cached: 0 },
})

const same = (found, k) => JSON.stringify(found) === JSON.stringify(answer(k))

async function add(store, from, to) {
  // Several transactions, so that there are free pages too.
  for (let k = from; k < to; k += 10)
    await Promise.all(
      Array.from({ length: Math.min(10, to - k) }, (_, j) => store.put(answer(k + j))),
    )
}

function check(store, count) {
  for (let k = 0; k < count; k++)
    if (!same(store.get(answer(k).request), k)) throw new Error(`answer ${k} is another one`)
  if (store.count() !== count) throw new Error(`${store.count()} answers in place of ${count}`)
}

async function use(count) {
  const store = openAnswerStore(folder)
  check(store, count)
  await add(store, count, count + 60)
  await store.close()
  const again = openAnswerStore(folder)
  check(again, count + 60)
  await again.close()
}

/** How many answers `answers repair` brings back. */
async function repaired(count) {
  const target = `${folder}.repaired`
  try {
    await repairAnswers(folder, target)
  } catch (error) {
    if (error instanceof UnderstudyError) return 0
    throw error
  }
  const store = openAnswerStore(target)
  const known = new Map(
    Array.from({ length: count }, (_, k) => [answer(k).request.messages[0].content, k]),
  )
  for (const found of store.all())
    if (!same(found, known.get(found.request.messages[0].content)))
      throw new Error('repaired: another answer')
  const total = store.count()
  await store.close()
  return total
}

if (task === 'make') {
  const store = openAnswerStore(folder)
  await add(store, 0, Number(count))
  store.noteServer('http://x/v1', 'm', { seconds: 0.5, fingerprint: 'fp' })
  await store.close()
} else {
  try {
    await use(Number(count))
    console.log(JSON.stringify({ outcome: 'same' }))
  } catch (error) {
    if (!(error instanceof UnderstudyError)) throw error
    const { name, message } = error
    console.log(
      JSON.stringify({
        outcome: 'refused',
        name,
        message,
        repaired: await repaired(Number(count)),
      }),
    )
  }
}
