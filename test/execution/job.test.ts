import { describe, expect, it } from 'vitest'
import { syntheticConfig } from '#src/dataset/config.js'
import { synthesize } from '#src/dataset/synthetic.js'
import { checkProvenance, jobId, readTrialJob, trialJobs } from '#src/execution/queue/job.js'
import { setUp } from '#src/experiment/setup.js'
import { ConfigError, InputError } from '#src/util/errors.js'
import { tiny } from '../support/tiny.js'

const data = synthesize(syntheticConfig.parse(tiny.dataset.synthetic))
const how = { engine: 'wasm', concurrency: 8 }
const jobsOf = (settings: object) => trialJobs(setUp(data, settings), 'item-tower', [3, 4], how)
const [job] = jobsOf(tiny)
const sent = (changes: object) => JSON.parse(JSON.stringify({ ...job, ...changes })) as unknown

describe('a job', () => {
  it('is read as it was sent, and has a name of its own', () => {
    expect(readTrialJob(sent({}))).toEqual(job)
    expect(jobsOf(tiny).map(jobId)).toEqual([`${job.run}-3`, `${job.run}-4`])
  })

  it('has the settings from before they were fitted, so that a worker fits them alike', () => {
    const [{ config, given, provenance }] = jobsOf({})
    expect([config.policy.budget, given]).toEqual([300, []])
    const again = setUp(data, readTrialJob(sent({ config })).config, [], given)
    expect(again.config.policy.budget).toBeLessThan(300)
    expect(again.config).toEqual(setUp(data, {}).config)
    expect(provenance.dataFingerprint).toBe(data.fingerprint)
  })

  it.each<[string, unknown, RegExp]>([
    ['nothing', null, /a job that is none/],
    ['a text', 'rm -rf', /a job that is none/],
    ['another form', sent({ format: 2 }), /format = 2/],
    ['a further key', sent({ imports: ['./evil.mjs'] }), /[Uu]nrecognized key.*imports/],
    ['a run that is a path', sent({ run: '../../etc' }), /run = "\.\.\/\.\.\/etc"/],
    ['a seed that is none', sent({ seed: -1 }), /seed = -1/],
    ['an unknown preset', sent({ preset: 'constructor' }), /unknown preset "constructor"/],
    ['an unknown engine', sent({ engine: '__proto__' }), /unknown engine "__proto__"/],
    ['a further setting', sent({ config: { workers: 9 } }), /unknown setting "workers"/],
    ['a run-time setting', sent({ config: { llm: { apiKeyVariable: 'HOME' } } }), /apiKeyVariable/],
    [
      'another version',
      sent({ provenance: { ...job.provenance, understudy: '9.9.9' } }),
      /the job is of understudy "9\.9\.9", this worker is understudy \d+\.\d+\.\d+/,
    ],
    ['a job of megabytes', sent({ preset: 'x'.repeat(2e6) }), /of \d+ characters; at most 1000000/],
    ['a result in place of a job', [1, 2], /a job that is none/],
  ])('that is %s is refused in a line', (_, value, message) => {
    expect(() => readTrialJob(value)).toThrow(message)
    expect(() => readTrialJob(value)).toThrow(expect.toSatisfy(isInput) as Error)
  })

  it.each([
    { name: 'files', files: { interactions: '/etc/passwd' } },
    { name: 'files', files: { interactions: "select * from 'a.csv'" } },
    { name: 'movielens', files: { items: 'items.csv' } },
    { name: 'movielens', newItems: { file: 'new.txt' } },
    { name: 'movielens', followLinks: true },
  ])('with the path %j is refused by the worker', (dataset) => {
    expect(() => readTrialJob(sent({ config: { dataset } }))).toThrow(/put the files into a folder/)
    const others = { config: { others: [dataset] } }
    expect(() => readTrialJob(sent(others))).toThrow(/put the files into a folder/)
  })

  it('with a path is refused before it is sent', () => {
    const dataset = { name: 'files', files: { interactions: 'orders.csv' } }
    expect(() => jobsOf({ ...tiny, dataset })).toThrow(/"orders.csv" cannot go to other machines/)
    expect(() => jobsOf({ ...tiny, llm: { gguf: 'a.gguf' } })).toThrow(/start a server/)
  })
})

it('other data, code or settings are refused with both values', () => {
  const { provenance } = job
  checkProvenance(provenance, provenance)
  for (const [field, value] of Object.entries(provenance)) {
    const other = Array.isArray(value) ? ['ab'] : `${value}x`
    const check = () => checkProvenance(provenance, { ...provenance, [field]: other })
    expect(check).toThrow(InputError)
    expect(check).toThrow(`${field} is ${JSON.stringify(other).slice(0, 40)}`)
    expect(check).toThrow(`and ${JSON.stringify(value).slice(0, 40)}`)
  }
})

function isInput(error: unknown): boolean {
  return error instanceof InputError || error instanceof ConfigError
}
