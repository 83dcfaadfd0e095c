// What the fake server (fake-openai.mjs) answers.
import { createHash } from 'node:crypto'

export const hash = (text) => createHash('sha256').update(text).digest()

/** The answer depends on the prompt alone, so that a test can tell a wrong one. */
export function answerTo(prompt) {
  const bytes = hash(prompt)
  return { text: bytes[0] % 2 === 0 ? '1' : '2', margin: 0.5 + bytes.readUInt32LE(1) / 2 ** 30 }
}

/**
 * The body of the response to a request.
 * @param options.wrong - share of the prompts that never get a usable answer
 */
export function completionOf(body, { wrong, fingerprint }) {
  const prompt = body.messages.map(({ content }) => content).join('\n')
  const { text, margin } = answerTo(prompt)
  const other = text === '1' ? '2' : '1'
  const never = hash(`wrong ${prompt}`).readUInt32LE() / 2 ** 32 < wrong
  const top = [
    { token: text, logprob: -Math.log1p(Math.exp(-margin)), bytes: null },
    { token: other, logprob: -Math.log1p(Math.exp(margin)), bytes: null },
  ]
  const message = never
    ? [
        { content: 'Both', refusal: null },
        { content: null, refusal: 'I cannot do that.' },
      ][hash(prompt)[1] % 2]
    : { content: text, refusal: null }
  return {
    id: 'x',
    object: 'chat.completion',
    created: 0,
    model: body.model,
    system_fingerprint: fingerprint,
    choices: [
      {
        index: 0,
        finish_reason: 'stop',
        message: { role: 'assistant', ...message },
        logprobs: never ? null : { content: [{ ...top[0], top_logprobs: top }] },
      },
    ],
    usage: {
      prompt_tokens: Math.ceil(prompt.length / 4),
      completion_tokens: 1,
      total_tokens: 1 + Math.ceil(prompt.length / 4),
    },
  }
}
