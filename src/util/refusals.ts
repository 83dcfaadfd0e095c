const otherPlace = 'name another place'
const space = 'free some space, then repeat the command'
const memory = 'use fewer workers (--workers 1), or a machine with more memory'

/** What the machine or Node.js refuses, by code: what is so, and what a person can do about it. */
const refusals: Record<string, string> = {
  EACCES: `this user may not read or write it; change its permissions, or ${otherPlace}`,
  EPERM: `this user may not change it; change its permissions, or ${otherPlace}`,
  EROFS: `its disk can only be read; ${otherPlace}`,
  ENOSPC: `the disk is full; ${space}`,
  EDQUOT: `the quota of the disk is used up; ${space}`,
  EFBIG: `the file is larger than the disk allows; ${otherPlace}`,
  EIO: 'the disk has a fault; check it, then repeat the command',
  ENOENT: 'there is no such file or folder; check the path',
  ENOTDIR: `a part of the path is a file, not a folder; ${otherPlace}`,
  EISDIR: 'it is a folder where a file is needed; name a file',
  EEXIST: `something of this name is there already; ${otherPlace}`,
  ENOTEMPTY: `the folder is not empty; ${otherPlace}`,
  ENAMETOOLONG: 'the name is too long; choose a shorter one',
  ELOOP: `its links lead in a circle; ${otherPlace}`,
  EBUSY: 'another program is using it; close that, then repeat the command',
  ETXTBSY: 'another program is running it; end that, then repeat the command',
  EXDEV: `it lies on another disk than its folder; ${otherPlace}`,
  EMFILE: 'too many files are open; raise the limit (ulimit -n 4096), or use fewer workers',
  ENFILE: 'too many files are open on this machine; close some programs, then repeat the command',
  EAGAIN: 'the machine has no more processes or threads; use fewer workers (--workers 1)',
  ENOMEM: `there is not enough memory; ${memory}`,
  ERR_WORKER_OUT_OF_MEMORY: `a worker thread ran out of memory; ${memory}, or raise the limit (NODE_OPTIONS=--max-old-space-size=8192)`,
  ERR_WORKER_INIT_FAILED: `a worker thread could not be started; ${memory}`,
  ERR_MEMORY_ALLOCATION_FAILED: `there is not enough memory; ${memory}`,
  ERR_STRING_TOO_LONG: 'the text is longer than Node.js can hold; divide it into several files',
  ERR_FS_FILE_TOO_LARGE: 'the file is larger than Node.js can read at once; divide it',
}

/** How V8 says that there is no memory, or that a thing is larger than it can hold. */
const tooLarge =
  /allocation failed|could not allocate|out of memory|invalid (string|(typed )?array|array buffer) length|maximum size exceeded/i

/**
 * The line for what the machine refuses: the path, what is so, what to do, and the code; undefined
 * for other errors.
 */
export function refusal(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const { code = '', syscall, path, dest = path, message, cause } = error as Refused
  const where = syscall === 'uv_cwd' ? 'the current folder' : dest
  const says = Object.hasOwn(refusals, code) ? refusals[code] : undefined
  if (says !== undefined && (syscall !== undefined || code.startsWith('ERR_')))
    return `${where === undefined ? '' : `${where}: `}${says} (${code})`
  if (syscall !== undefined) return message
  // Node.js says the same where too many files are open.
  if (code === 'ERR_MODULE_NOT_FOUND')
    return `${message}; install understudy again, or raise the limit of open files (${code})`
  // By its name: an error of another thread has lost its class.
  if (error.name === 'RangeError' && tooLarge.test(message))
    return `there is not enough memory; ${memory} (${message})`
  return refusal(cause)
}

type Refused = NodeJS.ErrnoException & { dest?: string }
