import { describe, expect, it } from 'vitest'
import { readAnswer } from '#src/augmentation/answer.js'

describe('readAnswer', () => {
  it.each([
    ['1', true],
    [' "2"\n', false],
    ['**1**', true],
    ['{"answer": "2"}', false],
  ])('reads %j', (text, first) => expect(readAnswer({ text })).toEqual({ first }))

  it.each(['', '12', 'Option 1', '3', '1 or 2'])('refuses %j', (text) =>
    expect(() => readAnswer({ text })).toThrow(/allowed: 1 or 2/),
  )

  it('takes the log-probabilities where both digits have one', () => {
    expect(
      readAnswer({
        text: 'Well',
        firstToken: new Map([
          [' 1', -2],
          ['2', -0.5],
        ]),
      }),
    ).toEqual({ first: false, margin: -1.5 })
    expect(() => readAnswer({ text: 'Well', firstToken: new Map([['1', -2]]) })).toThrow()
  })
})
