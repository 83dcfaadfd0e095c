import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { writeAtomically } from '../util/files.js'
import { askingFolder, pause } from './do-once.js'
import { takeLock } from '../util/lock.js'
import { hasEnded, thisProcess } from '../util/owner.js'

/** Requests of a process that are in flight. */
const inFlight = z.object({
  owner: z.object({ host: z.string(), pid: z.number(), started: z.string() }),
  requests: z.number(),
  /** The most that they can cost. */
  most: z.number(),
  /** When the process last sent or finished one, milliseconds since 1970. */
  at: z.number(),
})

/** What all that share a bill have sent and spent. */
const spending = z.object({
  /** Requests that were sent. */
  calls: z.number(),
  /** Those that are finished. */
  finished: z.number(),
  /** Their cost. */
  spent: z.number(),
  /** Prompt tokens by the server's count over ours: the largest ratio so far, at least 1. */
  ratio: z.number(),
  /** Why nothing more may be sent; absent while it may. */
  stopped: z.string().optional(),
  /** By process. */
  inFlight: z.record(z.string(), inFlight),
})

/** What all that share a bill have sent and spent. */
export type Spending = z.infer<typeof spending>

/** Spending by the name of the bill. */
const allBills = z.record(z.string(), spending)
type Bills = z.infer<typeof allBills>

/** After this long without a request a process of another host is taken to have ended. */
const longestSilence = 600_000

/** The name of a bill that nobody else has. */
export const newBill = (): string => randomUUID()

/** Reads and changes a bill's spending, one at a time. */
export type ChangeSpending = <T>(change: (spending: Spending) => T) => Promise<T>

/**
 * The spending of a bill. With an answer store, all processes and threads that name this bill at
 * the same time share it; without one, all models of this thread. A bill begins at nothing once no
 * process of it is left.
 * @param answers - folder of the answer store
 */
export function spendingOf(bill: string, answers: string | undefined): ChangeSpending {
  if (answers === undefined) {
    const spending = inMemory.get(bill) ?? nothingSpent()
    inMemory.set(bill, spending)
    return async (change) => change(spending)
  }
  const file = join(askingFolder(answers), 'bills.json')
  return async (change) => {
    const release = await lock(`${file}.lock`)
    try {
      const bills = ofRunning(read(file))
      const spending = (bills[bill] ??= nothingSpent())
      const result = change(spending)
      own(spending)
      // No bill outlives its processes, and each request waits for this.
      writeAtomically(file, JSON.stringify(bills), false)
      return result
    } finally {
      release()
    }
  }
}

const inMemory = new Map<string, Spending>()

const nothingSpent = (): Spending => ({ calls: 0, finished: 0, spent: 0, ratio: 1, inFlight: {} })

/** The bill's entry of this process. */
export function own({ inFlight: all }: Spending): z.infer<typeof inFlight> {
  const { host, pid, started } = thisProcess
  const name = `${host} ${pid} ${started}`
  const mine = (all[name] ??= { owner: thisProcess, requests: 0, most: 0, at: 0 })
  mine.at = Date.now()
  return mine
}

/** The bills that have a running process. What others had in flight counts at its most. */
function ofRunning(bills: Bills): Bills {
  for (const spending of Object.values(bills))
    for (const [name, { owner, most, at }] of Object.entries(spending.inFlight))
      if (hasEnded(owner) || (owner.host !== thisProcess.host && isSilent(at))) {
        spending.spent += most
        delete spending.inFlight[name]
      }
  const running = Object.entries(bills).filter(
    ([, { inFlight }]) => Object.keys(inFlight).length > 0,
  )
  return Object.fromEntries(running)
}

const isSilent = (at: number) => Date.now() - at > longestSilence

function read(file: string): Bills {
  try {
    return allBills.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    // It is written whole: there is none, or somebody else has written it.
    return {}
  }
}

async function lock(file: string): Promise<() => void> {
  for (;;) {
    const release = takeLock(file)
    if (release) return release
    await pause(1)
  }
}
