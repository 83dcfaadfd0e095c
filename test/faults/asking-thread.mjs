// A thread that asks the same questions as others, at the same time; posts the answers.
import { parentPort, workerData } from 'node:worker_threads'
import { chatModel } from '../../dist/llm/model.js'

const { url, answers, questions } = workerData
const model = chatModel({ url, model: 'm' }, { answers })
const asked = await Promise.all(
  Array.from({ length: questions }, (_, k) =>
    model.complete([{ role: 'user', content: `question ${k}` }], { maxTokens: 1 }),
  ),
)
parentPort.postMessage(asked.map(({ text }) => text).join(''))
