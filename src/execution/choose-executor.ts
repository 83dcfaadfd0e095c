import type { ChatModel } from '../llm/chat-model.js'
import type { Executor } from '../run/executor.js'
import { InputError } from '../util/errors.js'
import { hasOwnEntries } from '../util/registry.js'
import { inlineExecutor } from './inline.js'
import { queueExecutor } from './queue/queue.js'
import { threadExecutor } from './threads.js'

/** Where trials run. */
export interface ExecutorOptions {
  /** Number of worker threads. Default: one a core. */
  workers?: number
  /**
   * URL of a Redis whose workers (`understudy worker`, on any machines) run the trials, in place of
   * threads of this process.
   */
  queue?: string
  /**
   * Modules (paths or package names) that add custom entries to registries; imported here and in
   * each worker thread. Without them, custom entries make the run stay in this thread. Workers of a
   * queue have their own.
   */
  imports?: string[]
  /**
   * Chat model that plays the users, in place of the configured one; the run then stays in this
   * thread.
   */
  judge?: ChatModel
  /** Called with each sentence that a person should read. */
  onNotice?: (line: string) => void
}

/** The executor that the options ask for. @throws InputError where they do not fit together */
export async function chooseExecutor(
  engine: string,
  { workers, queue, imports = [], judge, onNotice }: ExecutorOptions,
): Promise<Executor> {
  if (queue !== undefined) {
    if (judge) throw new InputError('a judge of this process cannot answer a queue; leave out one')
    return queueExecutor(engine, { url: queue, onNotice })
  }
  const onlyHere = judge !== undefined || (hasOwnEntries() && imports.length === 0)
  return onlyHere ? inlineExecutor(engine, { judge }) : threadExecutor(engine, { workers, imports })
}
