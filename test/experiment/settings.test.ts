import { loadDataset } from '#src/dataset/load.js'
import { chatModel } from '#src/llm/model.js'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runExperiment } from '#src/execution/run-experiment.js'
import { readConfig, readSettings } from '#src/experiment/config.js'
import { configHash } from '#src/experiment/provenance.js'
import { defaultLlmRuntime, llmRuntimeConfig } from '#src/llm/config.js'
import { fakeOpenai } from '../support/fake-openai.js'
import { folderOf } from '../support/files.js'

const price = { input: 1, output: 4, currency: 'USD', date: '2026-11-01' }
const small = {
  dataset: { synthetic: { users: 300, items: 300 } },
  evaluation: { ks: [5] },
  policy: { budget: 20, rewardK: 5, runs: 1, iterations: 1, episodes: 2 },
}

describe('run-time settings', () => {
  it('are parted from the configuration, whose hash they do not change', () => {
    const { config, runtime } = readSettings({ llm: { url: 'http://x/v1', concurrency: 4, price } })
    expect(config.llm).toEqual({
      url: 'http://x/v1',
      constrain: 'none',
      extra: {},
      offline: { noise: 0, positionBias: 0 },
    })
    expect(runtime.llm).toEqual({ ...defaultLlmRuntime, concurrency: 4, price })
    expect(structuredClone(runtime)).toEqual(runtime)
    const plain = readConfig({ llm: { url: 'http://x/v1' } })
    expect(JSON.stringify(config)).toBe(JSON.stringify(plain))
    expect(configHash(config)).toBe(configHash(plain))
    expect(configHash(readConfig({ llm: { url: 'http://y/v1' } }))).not.toBe(configHash(plain))
  })

  it('change neither the folder of a run nor the key of anything that it kept', async () => {
    const folder = folderOf({})
    const run = (runs: string, llm: object) =>
      runExperiment('policy-vs-baselines', {
        dataRoot: folder,
        settings: { ...small, llm },
        seeds: [0],
        runs: join(folder, runs),
        store: join(folder, 'store'),
        workers: 1,
      })
    const kept = () => readdirSync(join(folder, 'store'), { recursive: true }).map(String).sort()
    const first = await run('a', {})
    const made = kept()
    const second = await run('b', { concurrency: 4, maxRetries: 0, price })
    expect(kept()).toEqual(made)
    expect(
      made.filter((name) => name.startsWith('policies') && name.endsWith('.json')).length,
    ).toBeGreaterThan(0)
    expect(second.result).toEqual(first.result)
    expect(second.name).toBe(first.name)
    const config = readFileSync(join(second.folder, 'config.json'), 'utf8')
    for (const name of Object.keys(llmRuntimeConfig.shape)) expect(config).not.toContain(name)
  })

  it('reach the chat model in a worker thread', async () => {
    const server = await fakeOpenai({ latency: 3 })
    const folder = folderOf({})
    await runExperiment('judge-audit', {
      dataRoot: folder,
      settings: {
        ...small,
        augmentation: { pairsPerUser: 2 },
        llm: { url: server.url, model: 'm', concurrency: 2 },
      },
      seeds: [0],
      runs: folder,
      workers: 1,
    })
    const { requests, mostInFlight } = await server.stats()
    expect(requests).toBeGreaterThan(20)
    expect(mostInFlight).toBe(2)
  })
})

describe('a wrong setting', () => {
  it.each([
    [
      { llm: { speed: 1 } },
      /^unknown setting "llm\.speed"; known here: backend, gguf, url, model, /,
    ],
    [{ llm: { speed: 1 } }, /constrain, .*apiKeyVariable, price, .*concurrency$/],
    [{ speed: 1 }, /^unknown setting "speed"; known here: dataset, others, split, /],
    [{ others: [{ speed: 1 }] }, /"others\.0\.speed"; known here: name, duplicates/],
    [
      { dataset: { files: { interactions: 'a.csv', columns: { speed: 1 } } } },
      /"dataset\.files\.columns\.speed"; known here: user, item, rating/,
    ],
  ])('is refused with the known names: %j', (record, message) =>
    expect(() => readSettings(record)).toThrow(message),
  )

  it('is refused where it is a run-time value out of range', () =>
    expect(() => readConfig({ llm: { concurrency: 0 } })).toThrow(
      /^setting llm\.concurrency = 0: .*>=1/,
    ))
})

describe('a section of settings on its own', () => {
  it('is refused by name, value and what is allowed', async () => {
    const sizes = { synthetic: { users: -1 } }
    await expect(loadDataset(sizes)).rejects.toThrow(/^setting dataset\.synthetic\.users = -1: /)
    expect(() => chatModel({ url: 'no url' })).toThrow(/^setting llm\.url = "no url": /)
  })
})
