import type { Worker } from 'node:worker_threads'

/** The message that asks a worker thread to end itself. */
export const end = 'end'

/**
 * Asks worker threads to end, and waits until they have. A thread is never ended from outside: one
 * that is loading a native module, or writing by one, would take the process along. It reads the
 * message when its modules are there, and goes when nothing of its own is under way.
 */
export async function endThreads(threads: Worker[]): Promise<void> {
  await Promise.all(threads.map(endThread))
}

function endThread(thread: Worker): Promise<void> {
  return new Promise((resolve) => {
    // A thread that has ended has no number.
    if (thread.threadId === -1) return resolve()
    thread.once('exit', () => resolve())
    thread.postMessage(end)
  })
}
