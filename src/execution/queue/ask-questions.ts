import { errorIn } from './job-error.js'
import { type Link, openLink, questionsQueue } from './link.js'
import type { Answer, Question } from './shared.js'
import { sha256 } from '../../util/sha256.js'

/** A question is gone from the Redis so long after its answer, seconds. */
const keptFor = 60

const jobOptions = {
  removeOnComplete: { age: keptFor },
  removeOnFail: true,
  stackTraceLimit: 0,
}

/** Puts questions of a run to its coordinator; one that is asked twice at a time is sent once. */
export function questionsTo(trials: Link, run: string, url: string) {
  let opening: Promise<Link> | undefined
  const open = new Map<string, Promise<Answer>>()
  const send = async (id: string, question: Question): Promise<Answer> => {
    const link = await (opening ??= openLink(questionsQueue(run), { url }, trials))
    const add = () => link.queue.add('question', question, { ...jobOptions, jobId: id })
    for (;;) {
      const { job, failed } = await link.jobs.finished(id, add)
      const { answer, error } = (job.returnvalue ?? {}) as { answer?: Answer; error?: string }
      if (error !== undefined) throw errorIn(error)
      if (!failed && answer) return answer
      // The coordinator ended meanwhile: the question waits for the next one.
      await job.remove()
    }
  }
  return {
    ask(question: Question): Promise<Answer> {
      const id = sha256(JSON.stringify(question))
      const known = open.get(id)
      if (known) return known
      const answer = send(id, question).finally(() => open.delete(id))
      open.set(id, answer)
      return answer
    },
    close: async () => (await opening)?.close(),
  }
}
