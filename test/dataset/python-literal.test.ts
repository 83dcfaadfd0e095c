import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  parsePythonLiteral,
  PythonLiteralError,
  type PythonValue,
} from '#src/dataset/door/python-literal.js'

describe('parsePythonLiteral', () => {
  it.each([
    [`{'a': 1, "b": [True, None, -2.5e3]}`, { a: 1, b: [true, null, -2500] }],
    [`('x', )`, ['x']],
    [`u'\\u00e9' 'a' "b"`, 'éab'],
    [`r'\\n'`, '\\n'],
    [`'''it's'''`, "it's"],
    [`{'it\\'s': "\\x41\\t"}`, { "it's": 'A\t' }],
  ])('reads %s', (text, value) => {
    expect(JSON.parse(JSON.stringify(parsePythonLiteral(text)))).toEqual(value)
  })

  it.each([
    `__import__('os')`,
    `open`,
    `{'a': }`,
    `[1, 2`,
    `'open`,
    `1 2`,
    ``,
    `{'a': 1}}`,
    '['.repeat(100_000),
  ])('refuses %s', (text) => {
    expect(() => parsePythonLiteral(text)).toThrow(PythonLiteralError)
  })

  it('gives keys no way to the prototype', () => {
    parsePythonLiteral(`{'__proto__': {'polluted': 1}}`)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('survives any text and any bytes', () => {
    const survives = (text: string) => {
      try {
        parsePythonLiteral(text)
      } catch (error) {
        expect(error).toBeInstanceOf(PythonLiteralError)
      }
    }
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), survives), {
      numRuns: 2000,
    })
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) =>
        survives(Buffer.from(bytes).toString('latin1')),
      ),
      { numRuns: 2000 },
    )
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...`{}[]():,'"\\u0x1e.-+_ rbN`.split('')), { maxLength: 60 }),
        (marks) => survives(marks.join('')),
      ),
      { numRuns: 5000 },
    )
  })

  it('reads what Python would write', () => {
    const write = (value: unknown): string => {
      if (value === null) return 'None'
      if (typeof value === 'boolean') return value ? 'True' : 'False'
      if (typeof value === 'string')
        return `'${value.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n')}'`
      if (Array.isArray(value)) return `[${value.map(write).join(', ')}]`
      if (typeof value === 'object')
        return `{${Object.entries(value)
          .map(([key, entry]) => `${write(key)}: ${write(entry)}`)
          .join(', ')}}`
      return String(value)
    }
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const read: PythonValue = parsePythonLiteral(write(value))
        expect(JSON.stringify(read)).toBe(JSON.stringify(value))
      }),
    )
  })
})
