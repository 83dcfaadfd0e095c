/** Expected of an answer: "1", "2 by -2.5" (with its margin), or a part of why there is none. */
export type Outcome = string | RegExp

/** Log-probabilities of the first token, as OpenAI has them; `_` stands for a space. */
function odds(tokens: string) {
  const pairs = tokens.split(' ').map((pair) => pair.split(':'))
  const top_logprobs = pairs.map(([token, value]) => ({
    token: token.replaceAll('_', ' '),
    logprob: value === 'null' ? null : Number(value),
  }))
  return { content: [{ token: 'x', top_logprobs }] }
}

/** A body with this message. */
const message = (fields: object, finish = 'stop', logprobs?: unknown, more: object = {}) => ({
  choices: [{ message: fields, finish_reason: finish, logprobs }],
  ...more,
})
const say = (content: unknown, logprobs?: unknown, more?: object) =>
  message({ content }, 'stop', logprobs, more)
const text = (text: string) => ({ type: 'text', text })
const thought = (content: unknown, reasoning_content: unknown, finish = 'stop') =>
  message({ content, reasoning_content }, finish, sure)
const digits = (list: unknown) => ({ content: [{ top_logprobs: list }] })
/** JSON of a body in which 7 is another number. */
const raw = (body: object, number: string) => JSON.stringify(body).replace(':7', `:${number}`)

const sure = odds('1:-0.1 2:-2.4')
const notOne = /is not a chat completion/
const thinks = /this is a reasoning model: switch thinking off/
const filtered = /filtered by the server/
const broken = /could not be read/
const empty = /the answer is empty/

/** Answers of servers, and what they are: each shape once. */
export const oddAnswers: [name: string, body: unknown, outcome: Outcome][] = [
  // Texts.
  ['a digit', say('1'), '1'],
  ['a digit after a space', say(' 2\n'), '2'],
  ['a bold digit', say('**2**'), '2'],
  ['JSON', say('{"answer": "2"}'), '2'],
  ['words', say('The number 1'), /answered "The number 1"; allowed: 1 or 2/],
  ['both', say('Both'), /answered "Both"/],
  ['another digit', say('3'), /answered "3"/],
  ['half a character', say('\ud83d'), /answered "\ufffd"/],
  ['a text of control characters', say('\u001b[2J1'), /answered/],
  // Margins.
  ['both digits', say('1', sure), '1 by 2.3'],
  ['digits with spaces', say(' 1', odds('_1:-0.2 _2:-1.7')), '1 by 1.5'],
  ['digits, not sorted', say('2', odds('1:-5 _1:-0.1 2:-2.6')), '1 by 2.5'],
  ['a draw against the odds', say('1', odds('2:-0.1 1:-2.6')), '2 by -2.5'],
  ['digits as likely', say('2', odds('1:-0.7 2:-0.7')), '2 by 0'],
  ['noise, no digit said', say('I', odds('I:-0.02 1:-5.5 2:-5.9')), /answered "I"/],
  ['noise, a digit said', say('1', odds('I:-0.02 1:-5.5 2:-6')), '1 by 0.5'],
  ['noise, the other said', say('2', odds('I:-0.02 1:-5.5 2:-5.9')), '2'],
  ['noise before JSON', say('{"answer":"1"}', odds('{:0 1:-12 2:-13')), '1'],
  ['noise before a line', say('\n1', odds('_:0 1:-12 2:-11')), '1'],
  ['digits with just over half', say('Well', odds('1:-1 2:-1.5 W:-0.9')), '1 by 0.5'],
  ['digits with just under half', say('Well', odds('1:-1.5 2:-2 W:-0.5')), /answered "Well"/],
  ['one digit alone', say('1', odds('1:-0.1 I:-3')), '1'],
  ['null', say('1', odds('1:-0.01 2:null')), '1'],
  ['null of the digit said', say('1', odds('1:null 2:-0.7')), '1'],
  ['-1e999, which is -Infinity', raw(say('2', odds('2:0 1:7')), '-1e999'), '2'],
  ['-9999', say('1', odds('1:0 2:-9999')), '1'],
  ['-3.4e38', say('2', odds('2:-0.01 1:-3.4028234663852886e38')), '2'],
  ['-100', say('1', odds('1:-0.01 2:-100')), '1'],
  ['a margin of a model that is sure', say('1', odds('1:0 2:-80')), '1 by 80'],
  ['rounding above 0', say('1', odds('1:1e-6 2:-14')), '1 by 14'],
  ['probabilities for their logarithms', say('1', odds('1:0.1 2:0.9')), '1'],
  ['0 for all', say('2', odds('1:0 2:0')), '2'],
  ['texts for numbers', say('1', digits([{ token: '1', logprob: '-0.1' }])), '1'],
  ['numbers for tokens', say('1', digits([{ token: 1, logprob: -0.1 }])), '1'],
  ['no token', say('1', digits([{ logprob: -0.1 }])), '1'],
  ['no number', say('1', digits([{ token: '1' }])), '1'],
  ['NaN', raw(say('1', odds('1:7')), 'NaN'), broken],
  ['a dictionary', say('1', digits({ '1': -0.1, '2': -2.4 })), '1 by 2.3'],
  ['a dictionary with a null', say('1', digits({ '1': -0.1, '2': null })), '1'],
  ['the legacy form', say('1', { tokens: ['1'], top_logprobs: [{ '2': -1 }] }), '1'],
  ['an empty list', say('1', digits([])), '1'],
  ['no first token', say('1', { content: [] }), '1'],
  ['a text for the list', say('1', { content: 'none' }), '1'],
  // Thoughts.
  ['a thought cut off', message({ content: '<think>' }, 'length', sure), thinks],
  ['a thought cut off later', say('<think>\nThe user'), thinks],
  ['a thought, then the answer', say('<think>1 or 2?</think>\n\n2', sure), '2'],
  ['the end of a thought', say('Hm.\n</think>\n1', sure), '1'],
  ['a thought and no answer', say('<think>Hm.</think>\n'), thinks],
  ['a thought and words', say('<think>1</think>Both'), /answered "Both"/],
  ["Mistral's thought", say('[THINK]Hm'), thinks],
  ["Kimi's thought", say('◁think▷Hm◁/think▷1'), '1'],
  ["gpt-oss's", say('<|channel|>analysis<|message|>2?<|channel|>final<|message|>1'), '1'],
  ['a thought apart, no answer', thought(null, 'Okay', 'length'), thinks],
  ['a thought apart, then the answer', thought('2', 'Hm'), '2'],
  ["OpenRouter's thought", message({ content: '', reasoning: 'Okay' }, 'length'), thinks],
  ['no thought apart', thought('1', null), '1 by 2.3'],
  ['an empty thought apart', thought('1', '\n'), '1 by 2.3'],
  ['nothing, all tokens used', message({ content: '' }, 'length'), thinks],
  // Parts.
  ['a part', say([text('1')], sure), '1 by 2.3'],
  ['two parts', say([text(' '), text('2')]), '2'],
  ['a thought and a part', say([{ type: 'thinking', thinking: [] }, text('2')], sure), '2'],
  ['a part without a text', say([{ type: 'text' }]), notOne],
  ['texts for parts', say(['1']), notOne],
  ['no parts', say([]), empty],
  // What is no answer.
  ['an empty text', say(''), empty],
  ['null', say(null), empty],
  ['no content', message({}), empty],
  ['a number', say(1, sure), notOne],
  ['an object', say({ text: '1' }), notOne],
  ['a refusal', message({ content: null, refusal: '1' }), /answered "refused: 1"/],
  ['a filter', message({ content: null }, 'content_filter'), filtered],
  ['a filter after a digit', message({ content: '1' }, 'content_filter', sure), filtered],
  ['no choices', { choices: [] }, notOne],
  ['null for choices', { choices: null }, notOne],
  ['a dictionary of choices', { choices: { '0': {} } }, notOne],
  ['no message', { choices: [{ text: '1' }] }, notOne],
  ['a delta', { choices: [{ delta: { content: '1' } }] }, notOne],
  ['an empty object', {}, notOne],
  ['a list', [say('1')], notOne],
  ['null alone', 'null', notOne],
  ['a digit alone', '1', notOne],
  ['a text alone', '"1"', notOne],
  ['half of an answer', JSON.stringify(say('1')).slice(0, 30), broken],
  ['an error with status 200', { error: { message: 'out of memory' } }, /: out of memory/],
  ["an error's text", { error: 'no such model' }, /: no such model/],
  // What an answer can do without.
  ['usage of nothing', say('1', sure, { usage: {} }), '1 by 2.3'],
  ['usage of texts', say('1', sure, { usage: { prompt_tokens: 'x' } }), '1 by 2.3'],
  ['usage below 0', say('2', null, { usage: { prompt_tokens: -9 } }), '2'],
  ['a number as fingerprint', say('1', sure, { system_fingerprint: 7 }), '1 by 2.3'],
]
