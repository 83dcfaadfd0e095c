import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** What the server was asked. */
export interface FakeStats {
  requests: number
  answered: number
  /** Answered requests that it had answered before. */
  repeated: number
  mostInFlight: number
  faults: Record<string, number>
  batches: number
  /** Looks at a batch. */
  polls: number
}

/** Settings, see fake-openai.mjs. */
export interface FakeSettings {
  faults?: number
  wrong?: number
  key?: string
  model?: string
  fingerprint?: string
  loading?: number
  latency?: number
  batchSteps?: number
  hang?: number
}

/** An OpenAI-compatible server in a process of its own, gone when the test is. */
export async function fakeOpenai(
  settings: FakeSettings = {},
): Promise<{ url: string; stats(): Promise<FakeStats> }> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('fake-openai.mjs', import.meta.url)), JSON.stringify(settings)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  onTestFinished(() => void child.kill())
  const [port] = (await once(child.stdout, 'data')) as [Buffer]
  const root = `http://127.0.0.1:${String(port).trim()}`
  return {
    url: `${root}/v1`,
    stats: async () => (await (await fetch(`${root}/stats`)).json()) as FakeStats,
  }
}
