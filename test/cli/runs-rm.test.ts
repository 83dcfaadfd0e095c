import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { runExperiment } from '#src/execution/run-experiment.js'
import { lockRun } from '#src/run/run-lock.js'
import { understudy } from '../support/command.js'
import { sharedFolder, textOf } from '../support/files.js'
import { copyOf, resultsOf } from '../support/runs.js'
import { tiny } from '../support/tiny.js'

const folder = sharedFolder()
const runs = join(folder, 'runs')
const at = (name: string) => join(runs, name)

beforeAll(async () => {
  const options = { settings: tiny, runs, dataRoot: folder, workers: 1, seeds: [0] }
  await runExperiment('policy-vs-baselines', { ...options, out: at('a') })
  copyOf(at('a'), at('b'))
  mkdirSync(at('answers'))
  writeFileSync(join(at('answers'), 'data.mdb'), 'paid for')
})

describe('runs rm', () => {
  /** A folder of runs with one that can be removed, and things that cannot. */
  const scene = (name: string) => {
    const own = join(folder, name)
    mkdirSync(own)
    copyOf(at('a'), join(own, 'a'))
    copyOf(at('store'), join(own, 'store'))
    copyOf(at('answers'), join(own, 'answers'))
    return own
  }
  const rm = (own: string, ...args: string[]) => understudy('runs', 'rm', ...args, '--runs', own)

  it('removes runs, links in them but not what they lead to, and says what is free', () => {
    const own = scene('plain')
    writeFileSync(join(folder, 'mine'), 'mine')
    mkdirSync(join(own, 'a', 'report'))
    symlinkSync(join(folder, 'mine'), join(own, 'a', 'report', 'link'))
    const { status, stdout, stderr } = rm(own, 'a', '--yes')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(/^removed .*a: [\d.]+ kB are free\n$/)
    expect(readdirSync(own).sort()).toEqual(['answers', 'store'])
    expect(existsSync(join(folder, 'mine'))).toBe(true)
  })

  it('removes finished trainings, and never answers', async () => {
    const own = scene('trainings')
    writeFileSync(join(own, 'store', 'mine'), '')
    const { status } = rm(own, '--store', '--yes')
    expect([status, readdirSync(join(own, 'store'))]).toEqual([0, ['mine']])
    expect(textOf(join(own, 'answers'))).toBe('paid for')
    expect(existsSync(resultsOf(join(own, 'a')))).toBe(true)
  })

  it.each<[string, (own: string) => string[], RegExp]>([
    ['the answers', () => ['answers'], /answers is no run, so it stays/],
    ['the store by name', () => ['store'], /store is no run, so it stays/],
    ['what is not there', () => ['z'], /there is no run z in/],
    ['the folder of runs', () => ['.'], /does not lie in/],
    ['the folder above', () => ['..'], /does not lie in/],
    ['a run elsewhere', () => [at('b')], /does not lie in/],
    ['a way round', () => [join('store', '..', '..', 'runs', 'b')], /does not lie in/],
    [
      'a link',
      (own) => {
        symlinkSync(at('b'), join(own, 'link'))
        return ['link']
      },
      /link is a link; remove it yourself/,
    ],
    [
      'a run with files of somebody else',
      (own) => {
        mkdirSync(join(own, 'a', 'answers'))
        return ['a']
      },
      /a has files that no run writes \(answers\)/,
    ],
    ['one that may go and one that may not', () => ['a', 'answers'], /answers is no run/],
    ['nothing', () => [], /nothing to remove/],
  ])('refuses %s, and removes nothing', (name, args, message) => {
    const own = scene(name.replaceAll(' ', '-'))
    const names = args(own)
    const before = textOf(own)
    const { status, stderr } = rm(own, ...names, '--yes')
    expect(stderr).toMatch(message)
    expect([status, textOf(own)]).toEqual([2, before])
    expect(existsSync(resultsOf(at('b')))).toBe(true)
  })

  it('refuses a run that is being written, and its store', () => {
    const own = scene('busy')
    const release = lockRun(join(own, 'a'))
    const inUse = new RegExp(`in use.*process ${process.pid} on`)
    for (const args of [['a'], ['--store']]) {
      const { status, stderr } = rm(own, ...args, '--yes')
      expect(stderr).toMatch(inUse)
      expect([status, existsSync(resultsOf(join(own, 'a')))]).toEqual([2, true])
    }
    release()
    expect(rm(own, 'a', '--store', '--yes').status).toBe(0)
    expect([readdirSync(own).sort(), readdirSync(join(own, 'store'))]).toEqual([
      ['answers', 'store'],
      [],
    ])
  })

  it('asks, and where it cannot ask needs --yes', () => {
    const own = scene('asked')
    const { status, stderr } = rm(own, 'a')
    expect([status, stderr]).toEqual([
      2,
      'understudy: there is no terminal to ask on; to remove without a question, add --yes\n',
    ])
    expect(readdirSync(join(own, 'a'))).not.toContain('run.lock')
    expect(existsSync(resultsOf(join(own, 'a')))).toBe(true)
  })
})
