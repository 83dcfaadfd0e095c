import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { start, understudy } from '../support/command.js'
import { fakeOpenai } from '../support/fake-openai.js'
import { folderOf } from '../support/files.js'
import { tinyFlags } from '../support/tiny.js'

const learning = ['select', '--policy', 'learned', '--set', 'policy.iterations=1000']
const entriesOf = (stderr: string) =>
  stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

it('--log json says everything on stderr as JSON: notices, progress, and why it stopped', async () => {
  const { process: child, ended } = start('--log', 'json', ...learning)
  child.stderr!.once('data', () => child.kill('SIGINT'))
  const [progress, stopped] = entriesOf((await ended).stderr)
  const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string
  const number = expect.any(Number) as number
  expect(progress).toEqual({
    ...{ time, level: 'info', message: expect.stringMatching(/^learning: \d+\/30001/) as string },
    ...{ work: 'learning', done: number, total: 30001, secondsGone: number, secondsLeft: number },
  })
  expect(stopped).toMatchObject({ level: 'info', message: expect.stringMatching(/ stopped: /) })
})

it('--log json is known after the command too, and has errors, of flags too', () => {
  for (const args of [['run', 'nope'], ['run', 'nope', '--seeds', '0'], ['runn'], ['--nope']]) {
    const { status, stderr } = understudy(...args, '--log=json')
    const [entry, ...more] = entriesOf(stderr)
    expect([status, more]).toEqual([2, []])
    expect(entry).toMatchObject({ level: 'error', message: expect.stringMatching(/^understudy: /) })
  }
  const { status, stderr } = understudy('data', 'list', '--log', 'xml')
  expect([status, stderr]).toEqual([2, expect.stringMatching(/Allowed choices are text, json/)])
})

it('--metrics-port serves what a run has done, asked and paid', async () => {
  const { url } = await fakeOpenai({ latency: 20 })
  const out = folderOf({})
  const { process: child, ended } = start(
    ...['run', 'policy-vs-baselines', '--seeds', '2', ...tinyFlags, '--anyway'],
    ...['--llm-url', url, '--llm-model', 'm', '--metrics-port', '0', '--out', `${out}/run`],
    ...['--set', 'llm.price={"input":1,"output":4,"date":"2026-11-01"}'],
    ...['--answers', `${out}/answers`, '--store', `${out}/store`],
  )
  const [first] = (await once(child.stderr!, 'data')) as [Buffer]
  const [place] = /http:\/\/127\.0\.0\.1:\d+\/metrics/.exec(String(first))!
  expect((await fetch(place.replace('/metrics', '/'))).status).toBe(404)
  let text = ''
  const valueOf = (name: string) => Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1])
  while (!(valueOf('understudy_cost{currency="USD"}') > 0)) {
    await delay(100)
    text = await (await fetch(place)).text()
  }
  expect(text).toContain('understudy_run_info{preset="policy-vs-baselines",dataset="synthetic"} 1')
  expect(valueOf('understudy_requests')).toBeGreaterThan(0)
  expect([valueOf('understudy_seeds'), valueOf('understudy_seeds_done')]).toEqual([2, 0])
  expect(valueOf('understudy_steps')).toBeGreaterThan(valueOf('understudy_steps_done'))
  expect(valueOf('process_resident_memory_bytes')).toBeGreaterThan(1e6)
  const { status, stderr } = await ended
  expect({ status, stderr }).toMatchObject({ status: 0 })
})

it('--metrics-port that cannot be used is refused in a line, before any work', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void taken.close())
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  for (const [place, why] of [
    [String(port), `nothing can listen at 127.0.0.1:${port} (EADDRINUSE)`],
    ['nope', 'expected a port or HOST:PORT, e.g. 9464 or 0.0.0.0:9464'],
    ['65536', 'expected a port'],
  ]) {
    const { status, stdout, stderr } = understudy('run', 'who-to-ask', '--metrics-port', place)
    expect([status, stdout, stderr.trim().split('\n').length]).toEqual([2, '', 1])
    expect(stderr).toContain(why)
  }
})
