import { expect, it } from 'vitest'
import { errorOf, recordOf } from '#src/execution/error-record.js'
import { ExecutionError } from '#src/util/errors.js'
import { refusal } from '#src/util/refusals.js'

const system = (code: string, more: object = {}) =>
  Object.assign(new Error(`${code}: in words`), { code, syscall: 'open', path: '/a', ...more })
const coded = (code: string) => Object.assign(new Error('in words'), { code })

it.each<[unknown, RegExp | undefined]>([
  [system('ENOSPC'), /^\/a: the disk is full; free some space.* \(ENOSPC\)$/],
  [system('ENOSPC', { path: undefined }), /^the disk is full; .* \(ENOSPC\)$/],
  [system('EDQUOT'), /^\/a: the quota/],
  [system('EACCES'), /^\/a: this user may not/],
  [system('EPERM'), /^\/a: this user may not/],
  [system('EROFS'), /^\/a: its disk can only be read/],
  [system('ENOTDIR'), /^\/a: a part of the path is a file/],
  [system('EISDIR', { dest: '/b' }), /^\/b: it is a folder/],
  [system('ENOENT'), /^\/a: there is no such file/],
  [system('ENOENT', { syscall: 'uv_cwd', path: undefined }), /^the current folder: there is no/],
  [system('EEXIST'), /^\/a: something of this name/],
  [system('ENAMETOOLONG'), /^\/a: the name is too long/],
  [system('ELOOP'), /^\/a: its links lead in a circle/],
  [system('EBUSY'), /^\/a: another program/],
  [system('EXDEV'), /^\/a: it lies on another disk/],
  [system('EMFILE'), /^\/a: too many files are open; raise the limit \(ulimit -n/],
  [system('ENODEV'), /^ENODEV: in words$/],
  [coded('ERR_WORKER_OUT_OF_MEMORY'), /^a worker thread ran out of memory; .*--max-old-space/],
  [coded('ERR_MODULE_NOT_FOUND'), /^in words; install understudy again/],
  [new RangeError('Array buffer allocation failed'), /^there is not enough memory/],
  [new RangeError('Invalid string length'), /^there is not enough memory/],
  [new RangeError('Map maximum size exceeded'), /^there is not enough memory/],
  [new Error('commit failed', { cause: system('ENOSPC') }), /^\/a: the disk is full/],
  [new RangeError('Maximum call stack size exceeded'), undefined],
  [coded('ENOSPC'), undefined],
  [new TypeError('x is not a function'), undefined],
  [new ExecutionError('known'), undefined],
  ['a text', undefined],
  [undefined, undefined],
])('%s is a refusal of the machine in one line, or none at all', (error, line) => {
  const across = errorOf(recordOf(error))
  for (const one of [error, across])
    if (line) expect(refusal(one)).toMatch(line)
    else expect(refusal(one)).toBeUndefined()
})
