import { workerData } from 'node:worker_threads'
import { killGroup } from './process-group.js'

/** Time between two looks, ms. */
const interval = 250

setInterval(() => isOrphan(workerData as number) && killGroup(process.pid), interval)

/** Another process takes over the children of one that has ended; not on Windows. */
function isOrphan(parent: number): boolean {
  try {
    return process.ppid !== parent || !process.kill(parent, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}
