import { Transform } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { parsePythonLiteral, PythonLiteralError } from './python-literal.js'

/** A line that is a Python literal, as JSON; undefined where it is none. */
export function jsonOfPython(line: string): string | undefined {
  try {
    return JSON.stringify(parsePythonLiteral(line))
  } catch (error) {
    if (error instanceof PythonLiteralError) return undefined
    throw error
  }
}

/** Writes lines of Python literals as JSON. Other lines stay, to be refused where they are read. */
export function pythonToJson(): Transform {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  const written = (line: string) => jsonOfPython(line) ?? line
  return new Transform({
    transform(block: Buffer, _, done) {
      const lines = (rest + decoder.write(block)).split('\n')
      rest = lines.pop()!
      done(null, lines.map((line) => written(line) + '\n').join(''))
    },
    flush: (done) => done(null, rest === '' ? '' : written(rest)),
  })
}
