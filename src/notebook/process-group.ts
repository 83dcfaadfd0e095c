import { Worker } from 'node:worker_threads'

/** Whether a process can lead a group, which ends with it. */
export const hasGroups = process.platform !== 'win32'

/** Ends a process, and where it leads a group all that it has started. */
export function killGroup(pid: number): void {
  for (const target of hasGroups ? [-pid, pid] : [pid])
    try {
      process.kill(target, 'SIGKILL')
    } catch {
      // It has ended, or leads no group.
    }
}

/**
 * Ends this process and its group soon after the process that started it has ended, however that
 * was. A thread of its own looks, since a cell may never give way.
 * @param parent - the process that started it, by its number
 */
export function endWithParent(parent: number): void {
  new Worker(new URL('parent-watcher.js', import.meta.url), { workerData: parent }).unref()
}
