import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'

/** A running process, told apart from those that had its number before or will have it later. */
export interface Owner {
  host: string
  pid: number
  started: string
}

/** This process. */
export const thisProcess: Owner = {
  host: hostname(),
  pid: process.pid,
  started: startOf(process.pid) ?? '',
}

/** Whether the process has certainly ended. Nothing is known of the processes of another host. */
export function hasEnded({ host, pid, started }: Owner): boolean {
  return host === thisProcess.host && startOf(pid) !== started
}

/**
 * Start of a process, as Linux counts it; empty where the system does not say; undefined where no
 * such process runs.
 */
function startOf(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux') return process.kill(pid, 0) ? '' : undefined
    // "pid (name) state ...": the name may hold spaces and brackets. Field 22 is the start time.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' || state === 'X' ? undefined : fields[18]
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? '' : undefined
  }
}
